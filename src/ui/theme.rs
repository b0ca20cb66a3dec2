//! Styles by what they mean.
//!
//! ANSI names only, so that the terminal's own theme decides what they look like. Without colour only modifiers remain;
//! marks and words carry every meaning already.

use ratatui::style::{Color, Modifier, Style};

/// Styles by what they mean.
#[derive(Clone, Debug)]
pub struct Theme {
    /// Plain text.
    pub text: Style,
    /// What matters less: times, separators, punctuation.
    pub dim: Style,
    /// What matters more: names, titles.
    pub strong: Style,
    /// The product's own colour: focus, addresses, what can be followed.
    pub accent: Style,
    /// Verified, succeeded.
    pub good: Style,
    /// Failed, refused.
    pub bad: Style,
    /// Worth a look: unsigned, no secret, evicted.
    pub warn: Style,
    /// Probes: they carry no event.
    pub probe: Style,
    /// The selected row of the pane that has the focus.
    pub selected: Style,
    /// The selected row of the pane that has not.
    pub selected_apart: Style,
    /// Lines between panes.
    pub rule: Style,
    /// The line of the pane that has the focus.
    pub rule_focused: Style,
    /// A key that can be pressed.
    pub key: Style,
    /// What a search found.
    pub found: Style,
    /// The current one of what a search found.
    pub found_current: Style,
    /// Keys of JSON objects and names of headers.
    pub name: Style,
    /// JSON strings.
    pub string: Style,
    /// JSON numbers.
    pub number: Style,
    /// JSON `true`, `false`, `null`.
    pub literal: Style,
}

impl Theme {
    /// The theme of a terminal with colours, or of one without (`NO_COLOR`).
    pub fn new(colour: bool) -> Self {
        if colour { Self::ansi() } else { Self::plain() }
    }

    fn ansi() -> Self {
        let fg = |colour| Style::new().fg(colour);
        Self {
            text: Style::new(),
            dim: Style::new().add_modifier(Modifier::DIM),
            strong: Style::new().add_modifier(Modifier::BOLD),
            accent: fg(Color::Cyan),
            good: fg(Color::Green),
            bad: fg(Color::Red),
            warn: fg(Color::Yellow),
            probe: Style::new().add_modifier(Modifier::DIM | Modifier::ITALIC),
            selected: fg(Color::Cyan).add_modifier(Modifier::REVERSED),
            selected_apart: Style::new().add_modifier(Modifier::BOLD),
            rule: fg(Color::DarkGray),
            rule_focused: fg(Color::Cyan),
            key: fg(Color::Cyan),
            found: fg(Color::Yellow).add_modifier(Modifier::UNDERLINED),
            found_current: fg(Color::Yellow).add_modifier(Modifier::REVERSED),
            name: fg(Color::Blue),
            string: fg(Color::Green),
            number: fg(Color::Magenta),
            literal: fg(Color::Yellow),
        }
    }

    fn plain() -> Self {
        let text = Style::new();
        let bold = text.add_modifier(Modifier::BOLD);
        let dim = text.add_modifier(Modifier::DIM);
        let reversed = text.add_modifier(Modifier::REVERSED);
        Self {
            text,
            dim,
            strong: bold,
            accent: bold,
            good: text,
            bad: bold,
            warn: bold,
            probe: text.add_modifier(Modifier::DIM | Modifier::ITALIC),
            selected: reversed,
            selected_apart: bold,
            rule: dim,
            rule_focused: bold,
            key: bold,
            found: text.add_modifier(Modifier::UNDERLINED),
            found_current: reversed,
            name: bold,
            string: text,
            number: text,
            literal: text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colour_only_modifiers_remain() {
        let Theme { text, dim, strong, accent, good, bad, warn, probe, selected, selected_apart, .. } =
            Theme::new(false);
        let Theme { rule, rule_focused, key, found, found_current, name, string, number, literal, .. } =
            Theme::new(false);
        let all = [text, dim, strong, accent, good, bad, warn, probe, selected, selected_apart];
        let rest = [rule, rule_focused, key, found, found_current, name, string, number, literal];
        for style in all.into_iter().chain(rest) {
            assert_eq!((style.fg, style.bg), (None, None));
        }
        assert_ne!(selected, selected_apart);
    }
}
