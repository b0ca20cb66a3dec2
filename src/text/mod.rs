//! Text for people: sizes, durations, widths, near names, and untrusted text made visible.
//!
//! Everything from the network is hostile: whatever is shown, printed or put into an error passes [`visible`] first.
//! Nothing here knows what the text is about.

mod quantity;
mod visible;
mod width;

pub use quantity::{count, duration, exact_duration, parse_duration, parse_size, size};
pub use visible::{visible, visible_bytes};
pub use width::{pad, truncate, truncate_start, width};

/// How alike two names must be (Jaro–Winkler, 0 to 1) before one is offered for the other.
const NEAR_ENOUGH: f64 = 0.8;

/// The candidate most like `word`, if one is near enough to be what was meant. Letter case does not matter.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&word, &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness >= NEAR_ENOUGH)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_name_is_offered_only_if_it_is_near() {
        let names = ["brightback", "brighten", "chargebee-retention", "esputnik", "raaft"];
        let cases = [
            ("brigthen", Some("brighten")),
            ("BRIGHTBACK", Some("brightback")),
            ("charge", Some("chargebee-retention")),
            ("raft", Some("raaft")),
            ("stripe", None),
            ("x", None),
            ("", None),
        ];
        for (word, expected) in cases {
            assert_eq!(nearest(word, names), expected, "{word}");
        }
    }
}
