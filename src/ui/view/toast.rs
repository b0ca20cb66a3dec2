//! A remark above the last line that goes away by itself.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::framed;
use crate::text;
use crate::ui::Theme;
use crate::ui::app::{Toast, Tone};

/// More lines than this would hide too much.
const MOST_LINES: usize = 4;

pub(super) fn draw(buf: &mut Buffer, main: Rect, toast: &Toast, theme: &Theme) {
    let (style, title) = match toast.tone {
        Tone::Good => (theme.good, "✓"),
        Tone::Plain => (theme.accent, "·"),
        Tone::Bad => (theme.bad, "✗"),
    };
    let most = usize::from(main.width.saturating_sub(6)).min(72);
    let lines = wrapped(&toast.text, most.max(1));
    let width = lines.iter().map(|line| text::width(line)).max().unwrap_or(0);
    let size = |value: usize| u16::try_from(value).unwrap_or(u16::MAX);
    let (width, height) = (size(width + 4).min(main.width), size(lines.len() + 2).min(main.height));
    let area = Rect { x: main.right() - width, y: main.bottom() - height, width, height };
    let inside = framed(buf, area, title, style);
    for (y, line) in (inside.top()..inside.bottom()).zip(&lines) {
        buf.set_stringn(inside.x + 1, y, line, usize::from(inside.width).saturating_sub(1), theme.text);
    }
}

/// The text in lines of at most that many columns, broken between words where it can be.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().filter(|line| text::width(line) + 1 + text::width(word) <= columns);
        match last {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(text::truncate(word, columns).into_owned()),
        }
    }
    lines.retain(|line| !line.is_empty());
    lines.truncate(MOST_LINES);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_break_between_words() {
        assert_eq!(wrapped("nothing listens on localhost:3000", 20), ["nothing listens on", "localhost:3000"]);
        assert_eq!(wrapped("", 20), Vec::<String>::new());
        assert_eq!(wrapped("aaaaaaaaaaaa", 5), ["aaaa…"]);
    }
}
