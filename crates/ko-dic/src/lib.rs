//! ko-dic
