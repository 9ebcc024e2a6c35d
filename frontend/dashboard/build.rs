//! The bundler splits the module into parts by the linker's relocations. Debug builds stay in one piece.
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rustc-link-arg-cdylib=--emit-relocs");
    }
}
