//! ko-dic-codec
