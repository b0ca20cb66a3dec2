//! How the common stacks print JSON: a table, to be added to.

use super::number::Numbers;
use super::order::Order;
use super::print::{Escapes, Layout};

/// How one stack prints JSON.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// Who prints so, as in "printed again by …".
    pub(super) name: &'static str,
    pub(super) layout: Layout,
    pub(super) order: Order,
    pub(super) numbers: Numbers,
    pub(super) escapes: Escapes,
    /// What stands behind the last bracket.
    pub(super) end: &'static str,
}

impl Style {
    /// Whether nothing but the names tell them apart.
    pub(super) fn prints_like(&self, other: &Self) -> bool {
        let parts = |style: &Self| (style.layout, style.order, style.numbers, style.escapes, style.end);
        parts(self) == parts(other)
    }

    /// What it does, as in "printed again …".
    pub(super) fn in_words(&self) -> String {
        let layout = match self.layout {
            Layout::Compact => "compactly",
            Layout::Spaced => "with spaces behind `,` and `:`",
            Layout::Indented(_) => "indented",
        };
        let order = if self.order == Order::Sorted { " and with its keys sorted" } else { "" };
        format!("{layout}{order}")
    }
}

const COMPACT: Style = Style {
    name: "",
    layout: Layout::Compact,
    order: Order::AsSent,
    numbers: Numbers::AsSent,
    escapes: Escapes::NONE,
    end: "",
};
const JAVASCRIPT: Style = Style { order: Order::Indexed, numbers: Numbers::JavaScript, ..COMPACT };
const PYTHON: Style = Style {
    layout: Layout::Spaced,
    numbers: Numbers::Python,
    escapes: Escapes { non_ascii: true, delete: true, ..Escapes::NONE },
    ..COMPACT
};
const PHP: Style = Style {
    numbers: Numbers::JavaScript,
    escapes: Escapes { slash: true, non_ascii: true, ..Escapes::NONE },
    ..COMPACT
};
const GO: Style = Style { numbers: Numbers::JavaScript, escapes: MARKUP, ..COMPACT };
const JQ: Style = Style { escapes: Escapes { delete: true, ..Escapes::NONE }, end: "\n", ..COMPACT };
const MARKUP: Escapes = Escapes { markup: true, separators: true, ..Escapes::NONE };
const SEPARATORS: Escapes = Escapes { separators: true, ..Escapes::NONE };
const SLASH: Escapes = Escapes { slash: true, ..SEPARATORS };
const NON_ASCII: Escapes = Escapes { non_ascii: true, ..Escapes::NONE };

/// The most common first.
pub(super) const STYLES: [Style; 36] = [
    Style { name: "JSON.stringify", ..JAVASCRIPT },
    Style { name: "Python's json.dumps", ..PYTHON },
    Style { name: "Python's json.dumps with compact separators", layout: Layout::Compact, ..PYTHON },
    Style { name: "Jackson", ..COMPACT },
    Style { name: "Ruby's JSON.generate", numbers: Numbers::Python, ..COMPACT },
    Style { name: "PHP's json_encode", ..PHP },
    Style { name: "PHP's json_encode with JSON_UNESCAPED_SLASHES", escapes: NON_ASCII, ..PHP },
    Style { name: "PHP's json_encode with JSON_UNESCAPED_UNICODE", escapes: SLASH, ..PHP },
    Style { name: "PHP's json_encode with both left unescaped", escapes: SEPARATORS, ..PHP },
    Style { name: "Go's json.Marshal of a map", order: Order::Sorted, ..GO },
    Style { name: "Go's json.Marshal of a struct", ..GO },
    Style { name: "Go's json.Compact with HTML escapes", escapes: MARKUP, ..COMPACT },
    Style { name: "Go's Encoder without HTML escapes", order: Order::Sorted, escapes: SEPARATORS, end: "\n", ..GO },
    Style { name: "Rails' to_json", numbers: Numbers::Python, escapes: MARKUP, ..COMPACT },
    Style { name: "Python's json.dumps with sort_keys", order: Order::Sorted, ..PYTHON },
    Style {
        name: "Python's json.dumps with sort_keys and compact separators",
        layout: Layout::Compact,
        order: Order::Sorted,
        ..PYTHON
    },
    Style { name: "serde_json", order: Order::Sorted, ..COMPACT },
    Style { name: "JSON.stringify of sorted keys", order: Order::Sorted, ..JAVASCRIPT },
    Style { name: "Python's json.dumps with ensure_ascii=False", escapes: Escapes::NONE, ..PYTHON },
    Style {
        name: "Python's json.dumps with sort_keys and ensure_ascii=False",
        order: Order::Sorted,
        escapes: Escapes::NONE,
        ..PYTHON
    },
    Style {
        name: "Python's json.dumps with sort_keys, compact separators and ensure_ascii=False",
        layout: Layout::Compact,
        order: Order::Sorted,
        escapes: Escapes::NONE,
        ..PYTHON
    },
    Style { name: "JSON.stringify with 2 spaces", layout: Layout::Indented("  "), ..JAVASCRIPT },
    Style { name: "JSON.stringify with 4 spaces", layout: Layout::Indented("    "), ..JAVASCRIPT },
    Style { name: "JSON.stringify with tabs", layout: Layout::Indented("\t"), ..JAVASCRIPT },
    Style { name: "a printer that indents by 2 and keeps number texts", layout: Layout::Indented("  "), ..COMPACT },
    Style { name: "a printer that indents by 4 and keeps number texts", layout: Layout::Indented("    "), ..COMPACT },
    Style { name: "Python's json.dumps with indent=2", layout: Layout::Indented("  "), ..PYTHON },
    Style { name: "Python's json.dumps with indent=4", layout: Layout::Indented("    "), ..PYTHON },
    Style { name: "PHP's json_encode with JSON_PRETTY_PRINT", layout: Layout::Indented("    "), ..PHP },
    Style { name: "jq", layout: Layout::Indented("  "), ..JQ },
    Style { name: "jq -c", ..JQ },
    Style { name: "jq -S", layout: Layout::Indented("  "), order: Order::Sorted, ..JQ },
    Style { name: "jq 1.6", layout: Layout::Indented("  "), numbers: Numbers::JavaScript, ..JQ },
    Style { name: "jq 1.6 with -c", numbers: Numbers::JavaScript, ..JQ },
    Style {
        name: "jq 1.6 with -S",
        layout: Layout::Indented("  "),
        order: Order::Sorted,
        numbers: Numbers::JavaScript,
        ..JQ
    },
    Style { name: "python -m json.tool", layout: Layout::Indented("    "), end: "\n", ..PYTHON },
];
