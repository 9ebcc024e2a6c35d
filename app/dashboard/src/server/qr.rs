//! QR codes: black on white with the quiet zone around, whatever the page's colours, so that every camera reads them.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// Modules of white on each side.
const QUIET: usize = 4;

/// A picture of its own, scalable to any size; none for a text that no code can hold.
pub fn svg(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let (width, colors) = (code.width(), code.to_colors());
    let size = width + 2 * QUIET;
    let mut path = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, next| one == next) {
            if run.first() == Some(&Color::Dark) {
                // Writing to a String can't fail.
                let _ = write!(path, "M{} {}h{}v1h-{}z", x + QUIET, y + QUIET, run.len(), run.len());
            }
            x += run.len();
        }
    }
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{size}v{size}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a camera would see: the dark modules of the drawing.
    fn seen(svg: &str) -> Vec<Vec<bool>> {
        let size: usize = svg.split("viewBox=\"0 0 ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap().parse().unwrap();
        let mut dark = vec![vec![false; size]; size];
        let path = svg.rsplit("d=\"").next().unwrap().split('"').next().unwrap();
        for run in path.split('M').skip(1) {
            let mut numbers =
                run.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).map(|part| part.parse::<usize>().unwrap());
            let (x, y, length) = (numbers.next().unwrap(), numbers.next().unwrap(), numbers.next().unwrap());
            dark[y][x..x + length].fill(true);
        }
        dark
    }

    #[test]
    fn the_drawing_is_the_code_of_the_address_with_white_around() {
        let url = "https://pay.example/test_pi_7IpYDvTDB0cfsz4mAAAAAAAA";
        let code = QrCode::with_error_correction_level(url, EcLevel::M).unwrap();
        let drawn = seen(&svg(url).unwrap());
        assert_eq!(drawn.len(), code.width() + 2 * QUIET);
        for (y, row) in drawn.iter().enumerate() {
            for (x, dark) in row.iter().enumerate() {
                let inside = |at: usize| (QUIET..QUIET + code.width()).contains(&at);
                let expected = inside(x) && inside(y) && code[(x - QUIET, y - QUIET)] == Color::Dark;
                assert_eq!(*dark, expected, "{x} {y}");
            }
        }
        assert_ne!(svg(url), svg("https://pay.example/test_pi_7IpYDvTDB0cfsz4mAAAAAAAB"));
    }

    #[test]
    fn what_is_too_long_has_no_code() {
        assert_eq!(svg(&"x".repeat(5000)), None);
    }
}
