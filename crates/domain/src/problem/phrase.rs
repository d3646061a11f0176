//! Phrases by which products, browsers and tools say what a problem code says.
//!
//! A phrase is found whatever its letter case, and only as a whole: the letters around it end there.

use super::ProblemCode::{
    self, Aadsts, AppIdentifierUriRefused, ConsentDeclined, ConsentMissing,
    EntraInteractionRequired, EntraInvalidClient, EntraInvalidGrant, EntraUnauthorizedClient,
    GraphCredentialPolicy, GraphForbidden, GraphKeyLifetime, GraphNotFound, GraphUnauthorized,
    HttpServerError, HttpTruncated, NetworkDns, NetworkRefused, NetworkReset, NetworkTimeout,
    NetworkUnreachable, PrincipalMissing, ProxyAuthentication, ProxyRefused, ProxyUnreachable,
    TlsExpired, TlsHandshake, TlsName, TlsNoRoots, TlsNotYetValid, TlsUntrusted,
};

type Phrase = (&'static str, ProblemCode);

/// What the products' guides and Microsoft's pages say.
pub(super) const PAGES: [Phrase; 14] = [
    ("need admin approval", Aadsts(90_094)),
    ("approval required", Aadsts(90_095)),
    (
        "failed to update application id uri",
        AppIdentifierUriRefused,
    ),
    ("failed to add identifier uri", AppIdentifierUriRefused),
    (
        "credential type not allowed as per assigned policy",
        GraphCredentialPolicy,
    ),
    (
        "credential lifetime exceeds the max value allowed",
        GraphKeyLifetime,
    ),
    ("key credential end date is invalid", GraphKeyLifetime),
    (
        "insufficient privileges to complete the operation",
        GraphForbidden,
    ),
    (
        "you do not have the required permissions to access this item",
        GraphForbidden,
    ),
    (
        "the identity of the calling application could not be established",
        PrincipalMissing,
    ),
    (
        "queried reference-property objects are not present",
        GraphNotFound,
    ),
    ("lifetime validation failed", GraphUnauthorized),
    ("access token has expired", GraphUnauthorized),
    ("compacttoken validation failed", GraphUnauthorized),
];

/// What TLS libraries, browsers and runtimes say of a certificate, each with the exact reason.
pub(super) const TLS: [Phrase; 39] = [
    ("certificate has expired", TlsExpired),
    ("certificate is expired", TlsExpired),
    ("certificate expired", TlsExpired),
    ("certexpired", TlsExpired),
    ("cert_has_expired", TlsExpired),
    ("err_cert_date_invalid", TlsExpired),
    ("sec_error_expired_certificate", TlsExpired),
    ("invalid peer certificate: expired", TlsExpired),
    ("certificate is not yet valid", TlsNotYetValid),
    ("cert_not_yet_valid", TlsNotYetValid),
    ("invalid peer certificate: notvalidyet", TlsNotYetValid),
    ("certificate not valid yet", TlsNotYetValid),
    ("hostname mismatch", TlsName),
    ("does not match certificate's altnames", TlsName),
    ("err_tls_cert_altname_invalid", TlsName),
    ("err_cert_common_name_invalid", TlsName),
    ("invalid peer certificate: notvalidforname", TlsName),
    ("certificate not valid for name", TlsName),
    ("no alternative certificate subject name matches", TlsName),
    ("self-signed certificate in certificate chain", TlsUntrusted),
    ("self signed certificate in certificate chain", TlsUntrusted),
    ("self_signed_cert_in_chain", TlsUntrusted),
    ("depth_zero_self_signed_cert", TlsUntrusted),
    ("self-signed certificate", TlsUntrusted),
    ("self signed certificate", TlsUntrusted),
    ("unable to get local issuer certificate", TlsUntrusted),
    ("unable to verify the first certificate", TlsUntrusted),
    ("unable_to_verify_leaf_signature", TlsUntrusted),
    ("unable_to_get_issuer_cert_locally", TlsUntrusted),
    ("invalid peer certificate: unknownissuer", TlsUntrusted),
    ("certificate signed by unknown authority", TlsUntrusted),
    ("err_cert_authority_invalid", TlsUntrusted),
    ("sec_error_unknown_issuer", TlsUntrusted),
    ("pkix path building failed", TlsUntrusted),
    ("could not establish trust relationship", TlsUntrusted),
    (
        "terminated in a root certificate which is not trusted",
        TlsUntrusted,
    ),
    ("partialchain", TlsUntrusted),
    ("untrustedroot", TlsUntrusted),
    ("no native root ca certificates found", TlsNoRoots),
];

/// What is said of TLS without a reason; only looked for where none of [`TLS`] was found.
pub(super) const TLS_VAGUE: [Phrase; 10] = [
    ("certificate verify failed", TlsUntrusted),
    ("certificate_verify_failed", TlsUntrusted),
    ("the remote certificate is invalid", TlsUntrusted),
    ("remotecertificatenamemismatch", TlsName),
    ("handshake failure", TlsHandshake),
    ("handshake_failure", TlsHandshake),
    ("wrong version number", TlsHandshake),
    ("err_ssl_protocol_error", TlsHandshake),
    ("could not create ssl/tls secure channel", TlsHandshake),
    ("the ssl connection could not be established", TlsHandshake),
];

/// What is said of proxies and connections.
pub(super) const TRANSPORT: [Phrase; 47] = [
    ("proxy authentication required", ProxyAuthentication),
    ("proxyauthenticationrequired", ProxyAuthentication),
    ("err_proxy_auth_requested", ProxyAuthentication),
    ("could not resolve proxy", ProxyUnreachable),
    ("unable to connect to proxy", ProxyUnreachable),
    ("cannot connect to proxy", ProxyUnreachable),
    ("err_proxy_connection_failed", ProxyUnreachable),
    ("from proxy after connect", ProxyRefused),
    ("err_tunnel_connection_failed", ProxyRefused),
    ("tunneling socket could not be established", ProxyRefused),
    ("enotfound", NetworkDns),
    ("eai_again", NetworkDns),
    ("could not resolve host", NetworkDns),
    ("couldn't resolve host", NetworkDns),
    ("name or service not known", NetworkDns),
    ("nodename nor servname provided", NetworkDns),
    ("temporary failure in name resolution", NetworkDns),
    ("the remote name could not be resolved", NetworkDns),
    ("no such host is known", NetworkDns),
    ("no such host", NetworkDns),
    ("nxdomain", NetworkDns),
    ("err_name_not_resolved", NetworkDns),
    ("failed to lookup address information", NetworkDns),
    ("econnrefused", NetworkRefused),
    ("connection refused", NetworkRefused),
    ("actively refused it", NetworkRefused),
    ("err_connection_refused", NetworkRefused),
    ("enetunreach", NetworkUnreachable),
    ("ehostunreach", NetworkUnreachable),
    ("network is unreachable", NetworkUnreachable),
    ("no route to host", NetworkUnreachable),
    ("err_internet_disconnected", NetworkUnreachable),
    ("err_address_unreachable", NetworkUnreachable),
    ("etimedout", NetworkTimeout),
    ("connection timed out", NetworkTimeout),
    ("operation timed out", NetworkTimeout),
    ("the operation has timed out", NetworkTimeout),
    ("read timed out", NetworkTimeout),
    ("err_connection_timed_out", NetworkTimeout),
    ("err_timed_out", NetworkTimeout),
    ("econnreset", NetworkReset),
    ("connection reset", NetworkReset),
    ("connection was reset", NetworkReset),
    ("forcibly closed by the remote host", NetworkReset),
    ("socket hang up", NetworkReset),
    ("err_connection_reset", NetworkReset),
    ("unexpected end of file", HttpTruncated),
];

/// The error words of OAuth (RFC 6749, RFC 8628, `OpenID` Connect) and Entra's own.
///
/// They say less than an `AADSTS` number, and are only looked for where there is none.
pub(super) const OAUTH: [Phrase; 24] = [
    ("invalid_client", EntraInvalidClient),
    ("invalid_grant", EntraInvalidGrant),
    ("unauthorized_client", EntraUnauthorizedClient),
    ("consent_required", ConsentMissing),
    ("interaction_required", EntraInteractionRequired),
    ("login_required", EntraInteractionRequired),
    ("account_selection_required", EntraInteractionRequired),
    ("access_denied", ConsentDeclined),
    ("authorization_declined", ConsentDeclined),
    ("permission_denied", ConsentDeclined),
    ("authorization_pending", Aadsts(70_016)),
    ("slow_down", Aadsts(70_016)),
    ("expired_token", Aadsts(70_019)),
    ("code_expired", Aadsts(70_019)),
    ("bad_verification_code", Aadsts(70_018)),
    ("invalid_scope", Aadsts(70_011)),
    ("invalid_resource", Aadsts(500_011)),
    ("invalid_target", Aadsts(500_011)),
    ("unsupported_grant_type", Aadsts(70_003)),
    ("unsupported_response_type", Aadsts(9_002_313)),
    ("invalid_request", Aadsts(9_002_313)),
    ("redirect_uri_mismatch", Aadsts(50_011)),
    ("temporarily_unavailable", Aadsts(90_006)),
    ("server_error", HttpServerError),
];

/// Every phrase of a table that occurs in a text, in the table's order, as it is written there.
/// `lower` is `text` in lower case.
pub(super) fn find<'t>(
    table: &'static [Phrase],
    text: &'t str,
    lower: &str,
) -> impl Iterator<Item = (ProblemCode, &'t str)> {
    table.iter().filter_map(move |(phrase, code)| {
        position(lower, phrase).map(|start| (*code, &text[start..start + phrase.len()]))
    })
}

/// Where a phrase stands as a whole in a text of the same letter case.
pub(super) fn position(lower: &str, phrase: &str) -> Option<usize> {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    lower.match_indices(phrase).find_map(|(start, _)| {
        let before = lower[..start].chars().next_back();
        let after = lower[start + phrase.len()..].chars().next();
        (!before.is_some_and(inside) && !after.is_some_and(inside)).then_some(start)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_found_as_a_whole_only() {
        assert_eq!(position("request_resourcenotfound", "enotfound"), None);
        assert_eq!(position("getaddrinfo enotfound x", "enotfound"), Some(12));
        assert_eq!(position("net::err_timed_out", "err_timed_out"), Some(5));
        assert_eq!(position("réseau_enotfoundé", "enotfound"), None);
    }

    #[test]
    fn tables_are_in_lower_case() {
        let tables: [&[Phrase]; 5] = [&PAGES, &TLS, &TLS_VAGUE, &TRANSPORT, &OAUTH];
        for (phrase, _) in tables.into_iter().flatten() {
            assert_eq!(*phrase, phrase.to_ascii_lowercase());
        }
    }
}
