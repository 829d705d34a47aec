//! `credentials` of a provider.

use secrecy::SecretString;
use tiergate_providers::{Credential, Dialect as Vendor, ServiceAccount};

use crate::environment::Environment;
use crate::settings::Dialect;
use crate::yaml::{Fields, Node, Read, Shape};

/// The key that names a file with a service account.
const ACCOUNT_FILE: &str = "service_account_file";

const SHAPE: Shape = Shape {
    what: "a credential",
    known: &[
        "access_key_id",
        "api_key",
        "secret_access_key",
        "service_account",
        ACCOUNT_FILE,
        "session_token",
    ],
    refused: &[],
};

pub(super) fn credentials(node: &Node, environment: &Environment) -> Read<Vec<Credential>> {
    let items = node.items("credentials")?.iter();
    items.map(|item| credential(item, environment)).collect()
}

fn credential(node: &Node, environment: &Environment) -> Read<Credential> {
    let fields = Fields::open(node, &SHAPE)?;
    let given = node.entries(SHAPE.what)?.iter();
    let sorts = given.filter(|entry| !entry.node.is_null() && sort(&entry.key).is_some());
    let mut sorts: Vec<_> = sorts.map(|entry| sort(&entry.key)).collect();
    sorts.dedup();
    if sorts.len() > 1 {
        return Err(node.fault("a credential is of one sort: list others beside it"));
    }
    let secret = |key: &str| fields.read(key, |node| node.secret(key));
    if let Some(key) = secret("api_key")? {
        return Ok(Credential::Key(key));
    }
    if let Some(account) = fields.read("service_account", account)? {
        return Ok(account.into());
    }
    if let Some(account) = fields.read(ACCOUNT_FILE, |node| account_in_file(node, environment))? {
        return Ok(account.into());
    }
    aws(node, &secret)
}

/// What a key belongs to, where there may be but one of its sort.
fn sort(key: &str) -> Option<&'static str> {
    Some(match key {
        "access_key_id" | "secret_access_key" | "session_token" => "aws",
        "api_key" => "key",
        "service_account" => "account",
        ACCOUNT_FILE => "file",
        _ => return None,
    })
}

fn aws(node: &Node, secret: &dyn Fn(&str) -> Read<Option<SecretString>>) -> Read<Credential> {
    match (secret("access_key_id")?, secret("secret_access_key")?) {
        (Some(access_key_id), Some(secret_access_key)) => Ok(Credential::Aws {
            access_key_id,
            secret_access_key,
            session_token: secret("session_token")?,
        }),
        (None, None) => Err(node.fault("a credential needs `api_key`")),
        _ => Err(node.fault("AWS credentials need both `access_key_id` and `secret_access_key`")),
    }
}

/// A key file's whole text.
fn account(node: &Node) -> Read<ServiceAccount> {
    let text = node.text("service_account")?;
    ServiceAccount::from_json(text).map_err(|invalid| node.fault(invalid.to_string()))
}

fn account_in_file(node: &Node, environment: &Environment) -> Read<ServiceAccount> {
    let path = node.text(ACCOUNT_FILE)?;
    let unread = || node.fault(format!("the `{ACCOUNT_FILE}` was not read"));
    let text = environment.file(path).ok_or_else(unread)?;
    ServiceAccount::from_json(text).map_err(|invalid| node.fault(invalid.to_string()))
}

/// The files that the providers of a configuration name, whatever else is wrong with it.
pub(crate) fn files(root: &Node) -> Vec<&str> {
    let providers = entry(root, "providers").and_then(|node| node.entries("providers").ok());
    let providers = providers.unwrap_or_default().iter();
    let lists = providers.filter_map(|provider| entry(&provider.node, "credentials"));
    let items = lists
        .filter_map(|list| list.items("credentials").ok())
        .flatten();
    let files = items.filter_map(|item| entry(item, ACCOUNT_FILE));
    files
        .filter_map(|file| file.text(ACCOUNT_FILE).ok())
        .collect()
}

fn entry<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let mut entries = node.entries(key).ok()?.iter();
    entries
        .find(|entry| &*entry.key == key)
        .map(|entry| &entry.node)
}

/// Whether a dialect has a use for a credential.
///
/// # Errors
/// What it is of use to.
pub(super) fn fits(credential: &Credential, dialect: Dialect) -> Result<(), &'static str> {
    match credential {
        Credential::Aws { .. } if dialect != Dialect::Vendor(Vendor::Bedrock) => {
            Err("AWS credentials are of use to the bedrock dialect only")
        }
        Credential::ServiceAccount(_) if dialect != Dialect::Vendor(Vendor::Vertex) => {
            Err("service accounts are of use to the vertex dialect only")
        }
        _ => Ok(()),
    }
}
