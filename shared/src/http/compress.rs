//! Compression of responses. API Gateway compresses nothing, and CloudFront only what it may cache.

use super::respond::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use lambda_http::Body;
use lambda_http::http::{HeaderValue, header};
use std::io::Write;

/// Shorter bodies fit into one packet anyway.
const MIN_COMPRESSED_BYTES: usize = 1024;

/// The response, compressed if it is long enough and the client accepts gzip (RFC 9110, section 12.5.3).
#[must_use]
pub fn compressed(response: Response, accept_encoding: &str) -> Response {
    let (mut parts, body) = response.into_parts();
    if body.len() < MIN_COMPRESSED_BYTES {
        return Response::from_parts(parts, body);
    }
    parts
        .headers
        .append(header::VARY, HeaderValue::from_static("accept-encoding"));
    match accepts_gzip(accept_encoding).then(|| gzip(&body)) {
        Some(Ok(bytes)) => {
            parts
                .headers
                .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            Response::from_parts(parts, Body::Binary(bytes))
        }
        _ => Response::from_parts(parts, body),
    }
}

fn accepts_gzip(accept_encoding: &str) -> bool {
    accept_encoding.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let is_gzip = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case("gzip") || name == "*");
        let weight = parts.find_map(|part| part.strip_prefix("q="));
        is_gzip && weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0))
    })
}

fn gzip(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 8), Compression::fast());
    encoder.write_all(body)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn response(length: usize, accept_encoding: &str) -> Response {
        compressed(Response::new(Body::Text("x".repeat(length))), accept_encoding)
    }

    #[test]
    fn compresses_long_bodies_for_clients_that_accept_gzip() {
        for accept in ["gzip", "br;q=1.0, GZIP;q=0.5", "*"] {
            let response = response(10_000, accept);
            assert_eq!(response.headers()[header::CONTENT_ENCODING], "gzip");
            assert_eq!(response.headers()[header::VARY], "accept-encoding");
            let mut text = String::new();
            flate2::read::GzDecoder::new(response.body().as_ref())
                .read_to_string(&mut text)
                .unwrap();
            assert_eq!(text, "x".repeat(10_000));
        }
    }

    #[test]
    fn leaves_other_bodies_as_they_are() {
        for (length, accept) in [(10_000, ""), (10_000, "gzip;q=0"), (10_000, "br"), (100, "gzip")] {
            let response = response(length, accept);
            assert!(
                !response.headers().contains_key(header::CONTENT_ENCODING),
                "{length} {accept:?}"
            );
            assert_eq!(response.body().len(), length);
        }
    }
}
