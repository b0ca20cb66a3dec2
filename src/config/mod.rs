//! Settings: defaults < file < environment < flags, as plain structs.
