use super::{ProblemCode, UnknownCode};

#[test]
fn every_code_reads_back() {
    for code in ProblemCode::OWN
        .iter()
        .copied()
        .chain([ProblemCode::Aadsts(700_016)])
    {
        assert_eq!(code.to_string().parse(), Ok(code));
    }
}

#[test]
fn what_is_no_code_is_refused() {
    for wrong in [
        "AADSTS",
        "AADSTSx",
        "AADSTS+5",
        "AADSTS 5",
        "Network.dns",
        "network",
        "",
    ] {
        let refused: Result<ProblemCode, _> = wrong.parse();
        assert_eq!(refused, Err(UnknownCode(wrong.to_owned())));
    }
    assert_eq!(
        UnknownCode("x".to_owned()).to_string(),
        "`x` is not a problem code"
    );
}

#[test]
fn a_code_fills_a_column_and_is_text_in_json() {
    assert_eq!(
        format!("{:<12}|", ProblemCode::Aadsts(50_011)),
        "AADSTS50011 |"
    );
    assert_eq!(format!("{:<12}|", ProblemCode::NetworkDns), "network.dns |");
    let json = serde_json::to_value(ProblemCode::Aadsts(50_011)).unwrap();
    assert_eq!(json, "AADSTS50011");
}
