//! Reaching a server: its name resolved once, its addresses checked, one of them dialled.

use std::{net::SocketAddr, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::{Kind, Problem, Target, Tls};
use crate::addresses::{Addresses, Refusal};

/// The addresses of the target, all of which may be called.
pub(super) async fn resolve(addresses: &Addresses, target: &Target) -> Result<Vec<SocketAddr>, Problem> {
    let host = target.host.trim_matches(['[', ']']);
    let found = addresses.resolve(host, target.port).await.map_err(|refusal| match refusal {
        Refusal::Unknown => Problem::new(
            Kind::Name,
            format!("The name {host} cannot be resolved. Check the spelling, or enter the IP address."),
        ),
        Refusal::Forbidden => Problem::new(
            Kind::Address,
            format!(
                "{host} is in a private or reserved network, which this server may not connect to. The people who run \
                 the server can allow a network with GLOVEBOX_PRIVATE_NETWORKS."
            ),
        ),
    })?;
    if target.tls == Tls::Off && !found.iter().all(|address| Addresses::is_private(address.ip())) {
        let message = "Public addresses require TLS. Turn it on, and install a certificate on the server.";
        return Err(Problem::new(Kind::Tls, message));
    }
    Ok(found)
}

/// A connection to the first of the addresses that answers.
pub(super) async fn dial(target: &Target, addresses: &[SocketAddr]) -> Result<(TcpStream, SocketAddr), Problem> {
    for address in addresses {
        if let Ok(stream) = TcpStream::connect(address).await {
            let _ = stream.set_nodelay(true);
            return Ok((stream, *address));
        }
    }
    Err(unreachable(target))
}

/// The same words for whatever is wrong on the way, so that nobody learns here which ports are open.
pub(super) fn unreachable(target: &Target) -> Problem {
    let message = format!(
        "Nothing answers at {} on port {}. Check the host and port, whether the server accepts connections from other \
         machines, and whether a firewall blocks them.",
        target.host, target.port
    );
    Problem::new(Kind::Network, message)
}

/// What encrypts connections and checks certificates, and the name that the certificate has to be for.
pub(super) fn tls(target: &Target) -> Result<(TlsConnector, ServerName<'static>), Problem> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Problem::new(Kind::Tls, format!("TLS cannot be set up here: {error}.")))?
        .with_root_certificates(roots(target)?)
        .with_no_client_auth();
    let host = target.host.trim_matches(['[', ']']).to_owned();
    let name = ServerName::try_from(host)
        .map_err(|_| Problem::new(Kind::Name, "The host is neither a valid name nor an IP address."))?;
    Ok((TlsConnector::from(Arc::new(config)), name))
}

fn roots(target: &Target) -> Result<RootCertStore, Problem> {
    let mut roots = RootCertStore::empty();
    match &target.tls_ca {
        Some(pem) => {
            for certificate in certificates(pem)? {
                roots.add(certificate).map_err(|_| not_a_certificate())?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    Ok(roots)
}

/// The certificates in a PEM text, of which there has to be at least one.
pub(super) fn certificates(pem: &str) -> Result<Vec<CertificateDer<'static>>, Problem> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(not_a_certificate()),
    }
}

fn not_a_certificate() -> Problem {
    let message = "The CA certificate is not valid. Paste it in PEM format, starting with -----BEGIN CERTIFICATE-----.";
    Problem::new(Kind::Tls, message)
}

/// What went wrong with TLS, where `error` says so.
pub(super) fn tls_problem(error: &(dyn std::error::Error + 'static)) -> Option<Problem> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<rustls::Error>() {
            return Some(told(found));
        }
        if let Some(found) = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref)
            && let Some(found) = found.downcast_ref::<rustls::Error>()
        {
            return Some(told(found));
        }
        next = error.source();
    }
    None
}

fn told(error: &rustls::Error) -> Problem {
    use rustls::CertificateError::{Expired, ExpiredContext, NotValidForName, NotValidForNameContext, UnknownIssuer};
    let message = match error {
        rustls::Error::InvalidCertificate(UnknownIssuer) => {
            "The server's certificate was issued by an authority that is not trusted. Paste the authority's own \
             certificate into CA."
                .to_owned()
        }
        rustls::Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. }) => {
            "The server's certificate is for another name. Enter the host as it appears in the certificate.".to_owned()
        }
        rustls::Error::InvalidCertificate(Expired | ExpiredContext { .. }) => {
            "The server's certificate has expired. Renew it at the server.".to_owned()
        }
        other => format!("The connection cannot be encrypted: {other}."),
    };
    Problem::new(Kind::Tls, message)
}
