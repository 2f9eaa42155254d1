//! Deskbell
