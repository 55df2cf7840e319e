//! hangul
