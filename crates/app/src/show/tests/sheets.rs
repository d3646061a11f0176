use crate::show::samples::{about, sheet};
use crate::show::{SheetFormat, hand_over};

#[test]
fn the_sheet_is_aligned_for_a_terminal() {
    insta::assert_snapshot!(hand_over(&sheet(), SheetFormat::Text, &about()), @r"
    Planner data mart: planner-reports
    Tenant contoso.example
    Simulated tenant: these values work nowhere else

    Directory (tenant) ID    7c3f9f52-0d6c-4f5e-9a61-2f1d7a3b5c90
    Application (client) ID  3b1f64a8-52c7-4d0e-8f39-6a90d1c2e7b4
    Certificate thumbprint   9F2C4E6A81B3D5F70A1C3E5D7F9B1D3F5A7C9E0B
    Certificate valid until  2027-11-22
    Certificate file         fairlead certificate export planner-reports --format pfx --out planner-reports.pfx
    ");
}

#[test]
fn the_sheet_is_a_table_in_markdown() {
    insta::assert_snapshot!(hand_over(&sheet(), SheetFormat::Markdown, &about()), @r"
    # Planner data mart: planner-reports

    Tenant contoso.example

    **Simulated tenant: these values work nowhere else**

    | Field | Value | Name |
    | --- | --- | --- |
    | Directory (tenant) ID | `7c3f9f52-0d6c-4f5e-9a61-2f1d7a3b5c90` | `tenant_id` |
    | Application (client) ID | `3b1f64a8-52c7-4d0e-8f39-6a90d1c2e7b4` | `client_id` |
    | Certificate thumbprint | `9F2C4E6A81B3D5F70A1C3E5D7F9B1D3F5A7C9E0B` | `certificate_thumbprint` |
    | Certificate valid until | `2027-11-22` | `certificate_end` |
    | Certificate file | `fairlead certificate export planner-reports --format pfx --out planner-reports.pfx` | `certificate_file` |
    ");
}

#[test]
fn the_sheets_json_is_the_agreed_one() {
    insta::assert_snapshot!(hand_over(&sheet(), SheetFormat::Json, &about()), @r#"
    {
      "schema": 1,
      "connection": "planner-reports",
      "values": [
        {
          "name": "tenant_id",
          "label": "Directory (tenant) ID",
          "value": "7c3f9f52-0d6c-4f5e-9a61-2f1d7a3b5c90"
        },
        {
          "name": "client_id",
          "label": "Application (client) ID",
          "value": "3b1f64a8-52c7-4d0e-8f39-6a90d1c2e7b4"
        },
        {
          "name": "certificate_thumbprint",
          "label": "Certificate thumbprint",
          "value": "9F2C4E6A81B3D5F70A1C3E5D7F9B1D3F5A7C9E0B"
        },
        {
          "name": "certificate_end",
          "label": "Certificate valid until",
          "value": "2027-11-22"
        },
        {
          "name": "certificate_file",
          "label": "Certificate file",
          "value": "fairlead certificate export planner-reports --format pfx --out planner-reports.pfx"
        }
      ]
    }
    "#);
}
