//! The merchant's mark: a letter on the merchant's colour.

/// The first letter or digit of a name, as a capital.
pub fn initial(name: &str) -> String {
    name.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_uppercase().collect()).unwrap_or_default()
}

/// The style that carries the merchant's colour: for it no style attribute is needed. A colour that isn't `#rrggbb` is
/// left out, and with it whatever else stands there.
pub fn style(color: &str) -> Option<String> {
    let [r, g, b] = channels(color)?;
    let ink = if is_light([r, g, b]) { "#16181d" } else { "#fff" };
    Some(format!(":root{{--brand:#{r:02x}{g:02x}{b:02x};--on-brand:{ink}}}"))
}

/// Whether a style is nothing but a merchant's colour as [`style`] writes it.
pub fn is_brand_style(text: &str) -> bool {
    let color = text.strip_prefix(":root{--brand:").and_then(|rest| rest.get(..7));
    color.and_then(style).is_some_and(|written| written == text)
}

fn channels(color: &str) -> Option<[u32; 3]> {
    let hex = color.strip_prefix('#').filter(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let value = u32::from_str_radix(hex, 16).ok()?;
    Some([value >> 16, (value >> 8) & 0xff, value & 0xff])
}

/// Whether dark ink contrasts more than white (WCAG 2.2 relative luminance, gamma taken as 2): from 0.179 on.
fn is_light([r, g, b]: [u32; 3]) -> bool {
    let luminance = 2126 * r * r + 7152 * g * g + 722 * b * b;
    luminance / 255 > 1790 * 255
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letter_can_be_read_on_any_colour() {
        assert_eq!(style("#7A2E1F").unwrap(), ":root{--brand:#7a2e1f;--on-brand:#fff}");
        assert_eq!(style("#ffd400").unwrap(), ":root{--brand:#ffd400;--on-brand:#16181d}");
        assert_eq!(initial(" «é»tage"), "É");
    }

    #[test]
    fn only_a_colour_is_a_brand_style() {
        assert!(is_brand_style(&style("#7A2E1F").unwrap()) && is_brand_style(&style("#ffd400").unwrap()));
        for other in ["", ":root{--brand:#7a2e1f;--on-brand:#16181d}", ":root{--brand:#7a2e1f;--on-brand:#fff}a{}", ":root{--brand:é"] {
            assert!(!is_brand_style(other), "{other}");
        }
    }

    #[test]
    fn nothing_but_a_colour_reaches_the_style() {
        for color in ["", "red", "#12345", "#1234567", "#12345g", "#000;}</style><script>", "#+12345"] {
            assert_eq!(style(color), None, "{color}");
        }
    }
}
