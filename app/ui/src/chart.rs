//! A line over days and, paler, the line before it. Drawn on the server as one picture and one link a day over it, so that browsers
//! download no code for it; what a day holds shows under the pointer by style alone. The table beside it says the same to everybody else.

use std::fmt::Write as _;

/// Heights of the picture's own scale: what it is stretched from.
const HEIGHT: i64 = 1_000;
const STEP: i64 = 100;

/// One day, or week.
#[derive(Clone, Debug, Default)]
pub struct Point {
    /// The list behind it.
    pub href: String,
    pub name: String,
    /// None: nothing to measure. In the scale of [`Scale`].
    pub now: Option<i64>,
    pub before: Option<i64>,
    pub now_text: String,
    pub before_text: String,
}

/// What stands at the side, from the top down, and the values at top and bottom.
#[derive(Clone, Debug)]
pub struct Scale {
    pub top: i64,
    pub bottom: i64,
    pub labels: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Chart {
    /// Unique in the page: what names the picture is found by it.
    pub id: &'static str,
    pub title: String,
    /// What the picture shows, in a sentence.
    pub about: String,
    pub scale: Scale,
    pub points: Vec<Point>,
    /// Heads of the table's columns: day, now, before.
    pub heads: [String; 3],
    /// Names under the picture, spread evenly from its first day to its last.
    pub under: Vec<String>,
    /// Said in place of a line where there is nothing to draw one from.
    pub nothing: Option<String>,
}

impl Chart {
    /// The picture.
    pub fn picture(&self) -> String {
        let mut html = String::with_capacity(self.points.len() * 400);
        let id = self.id;
        html.push_str("<div class=\"plot\"><ul class=\"scale\" aria-hidden=\"true\">");
        for label in &self.scale.labels {
            push(&mut html, format_args!("<li>{}</li>", Escaped(label)));
        }
        let width = STEP * i64::try_from(self.points.len().max(1)).unwrap_or(1);
        push(
            &mut html,
            format_args!(
                "</ul><div class=\"area\"><svg viewBox=\"0 0 {width} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" \
                 aria-labelledby=\"{id}-title {id}-about\"><title id=\"{id}-title\">{}</title><desc id=\"{id}-about\">{}</desc>",
                Escaped(&self.title),
                Escaped(&self.about)
            ),
        );
        let lines = i64::try_from(self.scale.labels.len()).unwrap_or(2).max(2) - 1;
        for line in 0..=lines {
            push(&mut html, format_args!("<path class=\"grid\" d=\"M0 {}H{width}\"/>", HEIGHT * line / lines));
        }
        for (class, d) in [("fill", self.fill()), ("before", self.line(|point| point.before)), ("now", self.line(|point| point.now))] {
            push(&mut html, format_args!("<path class=\"{class}\" d=\"{d}\"/>"));
        }
        html.push_str("</svg>");
        if let Some(nothing) = &self.nothing {
            push(&mut html, format_args!("<p class=\"nothing\">{}</p>", Escaped(nothing)));
        }
        // Links of single days are for the pointer; the keyboard and those who hear the page have the table.
        html.push_str("<div class=\"days\" aria-hidden=\"true\">");
        for (at, point) in self.points.iter().enumerate() {
            self.day(&mut html, at, point);
        }
        html.push_str("</div></div><p class=\"under\" aria-hidden=\"true\">");
        for name in &self.under {
            push(&mut html, format_args!("<span>{}</span>", Escaped(name)));
        }
        html.push_str("</p></div>");
        html
    }

    fn day(&self, html: &mut String, at: usize, point: &Point) {
        let late = if at * 2 >= self.points.len() { " late" } else { "" };
        push(html, format_args!("<a class=\"day{late}\" tabindex=\"-1\" href=\"{}\">", Escaped(&point.href)));
        push(
            html,
            format_args!("<svg viewBox=\"0 0 {STEP} {HEIGHT}\" preserveAspectRatio=\"none\"><path class=\"guide\" d=\"M50 0V{HEIGHT}\"/>"),
        );
        for (class, value) in [("before", point.before), ("now", point.now)] {
            if let Some(value) = value {
                push(html, format_args!("<path class=\"dot {class}\" d=\"M50 {}h0\"/>", self.height(value)));
            }
        }
        push(
            html,
            format_args!(
                "</svg><span class=\"tip\"><b>{}</b><span class=\"now\">{}</span><span class=\"before\">{}</span></span></a>",
                Escaped(&point.name),
                Escaped(&point.now_text),
                Escaped(&point.before_text)
            ),
        );
    }

    /// The same as rows, each day a link to the list behind it.
    pub fn table(&self) -> String {
        let mut html = String::from("<table class=\"table narrow\"><thead><tr>");
        for (at, head) in self.heads.iter().enumerate() {
            let class = if at == 0 { "" } else { " class=\"amount\"" };
            push(&mut html, format_args!("<th scope=\"col\"{class}>{}</th>", Escaped(head)));
        }
        html.push_str("</tr></thead><tbody>");
        for point in self.points.iter().rev() {
            push(
                &mut html,
                format_args!(
                    "<tr><th scope=\"row\"><a href=\"{}\">{}</a></th><td class=\"amount\">{}</td><td class=\"amount muted\">{}</td></tr>",
                    Escaped(&point.href),
                    Escaped(&point.name),
                    Escaped(&point.now_text),
                    Escaped(&point.before_text)
                ),
            );
        }
        html.push_str("</tbody></table>");
        html
    }

    /// Counted from the top.
    fn height(&self, value: i64) -> i64 {
        let Scale { top, bottom, .. } = self.scale;
        let (span, above) = (i128::from(top) - i128::from(bottom), i128::from(top) - i128::from(value));
        i64::try_from((above * i128::from(HEIGHT) / span.max(1)).clamp(0, i128::from(HEIGHT))).unwrap_or(HEIGHT)
    }

    fn across(at: usize) -> i64 {
        i64::try_from(at).unwrap_or(0) * STEP + STEP / 2
    }

    /// Days that follow each other are joined; one alone is a dot.
    fn line(&self, value: fn(&Point) -> Option<i64>) -> String {
        let mut d = String::new();
        let mut joined = 0;
        for (at, point) in self.points.iter().enumerate() {
            let next = self.points.get(at + 1).and_then(value);
            let Some(value) = value(point) else {
                joined = 0;
                continue;
            };
            push(&mut d, format_args!("{}{} {}", if joined == 0 { 'M' } else { 'L' }, Self::across(at), self.height(value)));
            if joined == 0 && next.is_none() {
                d.push_str("h0");
            }
            joined += 1;
        }
        d
    }

    /// The ground under the line: drawn only where it has no gaps.
    fn fill(&self) -> String {
        if self.points.is_empty() || self.points.iter().any(|point| point.now.is_none()) {
            return String::new();
        }
        let last = Self::across(self.points.len() - 1);
        format!("{}L{last} {HEIGHT}L{} {HEIGHT}Z", self.line(|point| point.now), STEP / 2)
    }
}

/// Steps of 1, 2 or 5 times a power of ten, at most five, from nought to no less than `most`.
pub fn round_scale(most: i64) -> Vec<i64> {
    const STEPS_MAX: i64 = 4;
    let most = most.max(1);
    let mut ten = 1_i64;
    let step = loop {
        let fits = [1, 2, 5].into_iter().map(|times| ten.saturating_mul(times)).find(|step| step.saturating_mul(STEPS_MAX) >= most);
        match (fits, ten.checked_mul(10)) {
            (Some(step), _) => break step,
            (None, Some(next)) => ten = next,
            (None, None) => break most,
        }
    };
    let steps = most / step + i64::from(most % step != 0);
    (0..=steps).map(|at| step.saturating_mul(at)).collect()
}

fn push(html: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String can't fail.
    let _ = html.write_fmt(text);
}

/// Text that is no markup, in elements and in quoted attributes.
struct Escaped<'t>(&'t str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: &[Option<i64>]) -> Chart {
        let point =
            |value: &Option<i64>| Point { name: "<1 & 2>".to_owned(), href: "/a?b=\"c\"&d".to_owned(), now: *value, ..Point::default() };
        Chart {
            id: "volume",
            title: "Volume".to_owned(),
            about: "About".to_owned(),
            scale: Scale { top: 100, bottom: 0, labels: vec!["100".to_owned(), "0".to_owned()] },
            points: values.iter().map(point).collect(),
            heads: ["Day", "Now", "Before"].map(str::to_owned),
            under: ["a", "b"].map(str::to_owned).to_vec(),
            nothing: None,
        }
    }

    #[test]
    fn a_line_has_gaps_where_nothing_was_measured() {
        let now = |values: &[Option<i64>]| chart(values).line(|point| point.now);
        assert_eq!(now(&[Some(0), Some(50), Some(100)]), "M50 1000L150 500L250 0");
        assert_eq!(now(&[Some(0), None, Some(25)]), "M50 1000h0M250 750h0");
        assert_eq!(now(&[None, None]), "");
        assert_eq!(chart(&[Some(10), None]).fill(), "");
        assert_eq!(chart(&[Some(0), Some(100)]).fill(), "M50 1000L150 0L150 1000L50 1000Z");
        assert_eq!(now(&[Some(i64::MAX), Some(i64::MIN)]), "M50 0L150 1000", "what is out of scale stays inside");
    }

    #[test]
    fn words_are_no_markup() {
        for html in [chart(&[Some(1)]).picture(), chart(&[Some(1)]).table()] {
            assert!(html.contains("&lt;1 &amp; 2&gt;") && html.contains("href=\"/a?b=&quot;c&quot;&amp;d\""), "{html}");
            assert!(!html.contains("style="));
        }
    }

    #[test]
    fn nothing_to_draw_is_said() {
        let nothing = Chart { nothing: Some("No payments & no line".to_owned()), ..chart(&[None]) };
        assert!(nothing.picture().contains("<p class=\"nothing\">No payments &amp; no line</p>"));
        assert!(!chart(&[Some(1)]).picture().contains("nothing"));
    }

    #[test]
    fn scales_are_round() {
        assert_eq!(round_scale(0), [0, 1]);
        assert_eq!(round_scale(7), [0, 2, 4, 6, 8]);
        assert_eq!(round_scale(10), [0, 5, 10]);
        assert_eq!(round_scale(123_456), [0, 50_000, 100_000, 150_000]);
        assert!(round_scale(i64::MAX).last().is_some_and(|top| *top > 0));
    }
}
