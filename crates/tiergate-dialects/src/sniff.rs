//! What a picture or document is, from how it begins: what is declared is often wrong, and refused then.

/// How the base64 of each kind begins.
const SIGNS: [(&str, &str); 5] = [
    ("/9j/", "image/jpeg"),
    ("iVBORw0KGgo", "image/png"),
    ("R0lGOD", "image/gif"),
    ("UklGR", "image/webp"),
    ("JVBERi", PDF),
];

/// The type of documents that all vendors with documents take.
pub(crate) const PDF: &str = "application/pdf";

/// The type of data in base64: what it is, where that is known, else what it is declared to be.
pub(crate) fn sniffed<'a>(declared: &'a str, data: &str) -> &'a str {
    let sign = SIGNS.iter().find(|(sign, _)| data.starts_with(sign));
    match sign {
        Some((_, kind)) => kind,
        None if declared == "image/jpg" => "image/jpeg",
        None => declared,
    }
}

/// Whether a type is one of the pictures that are known by how they begin.
pub(crate) fn is_picture(media_type: &str) -> bool {
    media_type != PDF && SIGNS.iter().any(|(_, known)| *known == media_type)
}
