//! What buttons and selects carry: nothing here answers a press, so that replies can name their controls.

pub(crate) mod key;
pub(crate) mod look;
pub(crate) mod place;
pub(crate) mod set_up;
