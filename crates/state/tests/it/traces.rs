use std::fs;

use fairlead_domain::Secret;
use fairlead_state::connection::{CloudChoice, SecretMeta};
use fairlead_state::secrets::choose;
use fairlead_state::transfer::export;
use fairlead_state::{StoreRequest, private};

use crate::support::{CLOUD_FILE, at, connection, files, in_cloud, name, open, secret};

/// The ways in which bytes may stand in a file that was not meant to hold them.
fn spellings(marked: &str) -> Vec<Vec<u8>> {
    use base64::Engine;
    use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
    let hex = marked
        .bytes()
        .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let mut all = vec![
        marked.as_bytes().to_vec(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
        marked.bytes().flat_map(|byte| [byte, 0]).collect(),
    ];
    // Base64 looks different at each of three offsets; the ends depend on the neighbours.
    for offset in 0..3 {
        let padded = [&vec![b'x'; offset], marked.as_bytes(), b"xx"].concat();
        for text in [
            BASE64_STANDARD_NO_PAD.encode(&padded),
            BASE64_URL_SAFE_NO_PAD.encode(&padded),
        ] {
            all.push(text.as_bytes()[4..text.len() - 4].to_vec());
        }
    }
    all
}

#[test]
fn the_search_finds_what_it_looks_for() {
    use base64::Engine;
    let marked = "MARKED-TOKEN-0123456789";
    for before in ["", "a", "ab", "abc"] {
        let text = base64::prelude::BASE64_STANDARD.encode(format!("{before}{marked}tail"));
        assert!(
            spellings(marked).iter().any(|spelling| text
                .as_bytes()
                .windows(spelling.len())
                .any(|at| at == spelling)),
            "after `{before}`"
        );
    }
}

#[tokio::test]
async fn secrets_stand_in_no_file_in_clear() {
    let folder = tempfile::tempdir().unwrap();
    let memory = open(folder.path()).await;
    let marked = [
        "MARKED-CLIENT-SECRET-0123456789",
        "MARKED-REFRESH-TOKEN-0123456789",
        "MARKED-PRIVATE-KEY-0123456789",
        "MARKED-PASSPHRASE-0123456789",
    ];
    let phrase = folder.path().join("phrase");
    private::write_private(&phrase, marked[3].as_bytes(), false).unwrap();
    let request = StoreRequest {
        passphrase_file: Some(phrase.clone()),
        ..StoreRequest::default()
    };
    let (secrets, chosen) = choose(&memory, request).await.unwrap();
    let mut reports = connection("reports");
    reports.secret = Some(SecretMeta {
        key_id: None,
        end: None,
        hint: None,
    });
    memory.connections().insert(&reports).await.unwrap();
    for (kind, value) in ["client-secret", "refresh-token", "certificate-key"]
        .into_iter()
        .zip(marked)
    {
        let id = format!("{kind}/reports").parse().unwrap();
        secrets.put(&id, &secret(value)).await.unwrap();
        secrets.put(&id, &secret(value)).await.unwrap();
    }
    let passphrase = Secret::from(marked[3]);
    let exported = export(&memory, &name("reports"), Some((&secrets, &passphrase)))
        .await
        .unwrap();
    assert_eq!(exported.secrets.len(), 1);
    private::write_private(
        &folder.path().join("reports.export"),
        &exported.bytes,
        false,
    )
    .unwrap();
    memory
        .connections()
        .update(&name("reports"), at(1), |reports| reports.adopted = true)
        .await
        .unwrap();
    let shown = format!("{memory:?} {secrets:?} {chosen:?} {exported:?}");
    assert!(!shown.contains("MARKED"), "{shown}");
    memory.close().await;
    fs::remove_file(phrase).unwrap();
    let searched = files(folder.path());
    assert!(searched.len() >= 4, "{searched:?}");
    for path in searched {
        let bytes = fs::read(&path).unwrap();
        for spelling in marked.iter().flat_map(|marked| spellings(marked)) {
            assert!(
                !bytes.windows(spelling.len()).any(|at| at == spelling),
                "`{}` holds `{}`",
                path.display(),
                String::from_utf8_lossy(&spelling)
            );
        }
    }
}

#[test]
fn debug_of_a_simulated_connection_hides_its_cloud_file() {
    let toy = in_cloud("reports", CloudChoice::from_file_text(CLOUD_FILE).unwrap());
    let shown = format!("{toy:?}");
    assert!(
        shown.contains("CloudChoice(\"simulated\")") && !shown.contains("MARKED"),
        "{shown}"
    );
}
