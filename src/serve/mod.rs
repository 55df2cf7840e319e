//! The development server: the same pipeline kept warm, fed by notify, answered by tiny_http on loopback.
