//! The room's requirements, each on the smallest set of notes that shows it.
