//! The few lines of script that pages without wasm carry. Each only saves a tap or a wait: the pages work without.

use leptos::{nonce::use_nonce, prelude::*};

/// Every one of them, with what it is there for.
pub const INLINE: [(&str, &str); 3] = [
    (TEST_CARDS, "Fills the form with the test card that was tapped; in the sandbox only."),
    (FOLLOW, "Asks how the payment stands while the payer waits, and shows it."),
    (RETURN, "Counts down to the way back to the shop, and prints the receipt."),
];

/// Fills the form with the test card that was tapped.
pub const TEST_CARDS: &str = r#"document.querySelector(".sandbox details").addEventListener("click",e=>{const a=e.target.closest("[data-card]");if(!a)return;e.preventDefault();const put=(id,value)=>{const i=document.getElementById(id);i.value=value;i.dispatchEvent(new Event("input",{bubbles:true}))};put("number",a.dataset.card);put("exp","12/34");put("cvc","123");put("name",a.closest("ul").dataset.name);e.currentTarget.open=false;document.querySelector("form.pay button").focus()})"#;

/// Asks how it stands: after 1 s, then half as long again each time, up to 10 s.
pub const FOLLOW: &str = r#"let w=1000;const ask=async()=>{try{const r=await fetch(location.pathname+"/status",{cache:"no-store"});if(r.ok&&(await r.json()).step!=="checking")return location.reload()}catch{}w=Math.min(w*1.5,10000);setTimeout(ask,w)};setTimeout(ask,w)"#;

/// Counts down and returns to the merchant; not when the page is met again on the way back.
pub const RETURN: &str = r#"{const at=id=>document.getElementById(id),box=at("returning");if(box){let s=3;const stop=()=>{clearInterval(t);box.hidden=true};const t=setInterval(()=>{if(--s)at("seconds").textContent=s;else{clearInterval(t);location.replace(at("return").href)}},1000);at("stay").addEventListener("click",e=>{e.preventDefault();stop()});if(performance.getEntriesByType("navigation")[0]?.type==="back_forward")stop();addEventListener("beforeprint",stop)}const p=at("print");p.hidden=false;p.addEventListener("click",()=>print())}"#;

/// A script that the page's policy lets run.
pub fn inline(script: &'static str) -> impl IntoView {
    view! { <script nonce=use_nonce()>{script}</script> }
}
