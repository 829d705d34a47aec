//! Pure encoding and decoding of provider dialects; never does I/O.
