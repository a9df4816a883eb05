"""Customers read from CSV files, as people and Excel write them."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwartier.errors import InputError
from kwartier.registry.customer_file import read_customers
from kwartier.registry.customers import CustomerChange


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "customers.csv"
    path.write_bytes(text.encode(encoding))
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_customers(path)
    return str(caught.value)


def test_columns_may_stand_in_any_order_and_an_empty_cell_says_nothing(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "label,customer_id,flow,enterprise_number,language,contact\n"
        "Bakkerij,c-1,B2B,0123456789,fr,info@example.org\n"
        'Peeters,c-2,,,,\n"Jansen, Els",c-3,B2C,,nl,\nMaes,c-4\n',
    )
    assert read_customers(path) == [
        CustomerChange(
            customer_id="c-1",
            label="Bakkerij",
            flow="B2B",
            enterprise_number="0123456789",
            language="fr",
            contact="info@example.org",
        ),
        CustomerChange(customer_id="c-2", label="Peeters"),
        CustomerChange(customer_id="c-3", label="Jansen, Els", flow="B2C", language="nl"),
        CustomerChange(customer_id="c-4", label="Maes"),
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_excel_files_are_read_with_their_separator_and_byte_order_mark(
    tmp_path: Path, separator: str, newline: str
) -> None:
    rows = [("customer_id", "label"), ("7", "Zoë"), ("8", "Jo")]
    text = newline.join(separator.join(row) for row in rows)
    assert read_customers(write(tmp_path, text, "utf-8-sig")) == [
        CustomerChange(customer_id="7", label="Zoë"),
        CustomerChange(customer_id="8", label="Jo"),
    ]


@pytest.mark.parametrize("told", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;"])
def test_the_line_that_tells_excel_the_separator_is_understood_and_counted(
    tmp_path: Path, told: str
) -> None:
    path = write(tmp_path, f"{told}\r\ncustomer_id;label\r\n1;a,b\r\n")
    assert read_customers(path) == [CustomerChange(customer_id="1", label="a,b")]
    path = write(tmp_path, f"{told}\r\ncustomer_id;language\r\n1;xx\r\n")
    assert "line 3, language" in refusal(path)


def test_column_names_are_trimmed_and_taken_in_any_casing(tmp_path: Path) -> None:
    path = write(tmp_path, " Customer_ID ;LABEL;;\n c-1 ; Els ;;\n")
    assert read_customers(path) == [CustomerChange(customer_id="c-1", label="Els")]


def test_rows_without_content_are_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path, "\n;;\ncustomer_id;label\n;\n1;a\n\n ; \n2;b\n;;;;\n")
    assert [change.customer_id for change in read_customers(path)] == ["1", "2"]


def test_a_quoted_cell_may_hold_lines_quotes_and_separators(tmp_path: Path) -> None:
    path = write(tmp_path, 'customer_id,label\n1,"a\nb, ""c"""\n2,12" pipe\n3,x,y\n')
    assert "line 5, row: has more cells" in refusal(path)
    path = write(tmp_path, 'customer_id,label\n1,"a\nb, ""c"""\n2,12" pipe\n')
    assert [change.label for change in read_customers(path)] == ['a\nb, "c"', '12" pipe']


@pytest.mark.parametrize(
    "rest", ['2,"An\n3,Bo\n4,Cy\n', '2,"An\n3,"Bo"\n', '2,"An" Maes\n', '2,"' + "x" * 200_000]
)
def test_quotes_that_do_not_match_are_refused_where_they_begin(tmp_path: Path, rest: str) -> None:
    said = refusal(write(tmp_path, "customer_id,label\n1,Jo\n" + rest))
    assert "line 3, row: a quotation mark is not closed" in said
    assert "line 1: a quotation mark" in refusal(write(tmp_path, '"customer_id,label\n1,Jo\n'))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty; its first line names the columns: customer_id, label"),
        ("\n\r\n;;\n", "is empty"),
        ("customer_id,label\n\n,\n", "no customers in it"),
        ("label\nx\n", "customer_id is missing"),
        ("customer_id,phone\n1,2\n", "unknown: phone"),
        ("customer_id,label,Label\n1,2,3\n", "there twice: label"),
        ("customer_id\n1,2\n", "line 2.*more cells"),
        ("customer_id,,label\n1,2,3\n", "line 2.*more cells"),
        ("customer_id,label\n,x\n", "line 2, customer_id.*empty"),
        ("customer_id,flow\n1,B2C\n2,B2D\n", "line 3, flow.*B2C or B2B.*got 'B2D'"),
        ("customer_id,enterprise_number\n1,12345678\n", "line 2, enterprise_number.*9 or 10"),
        ("customer_id\n1\n2\n1\n", "line 4, customer_id.*line 2"),
        ("customer_id,language\n1,xx\n", "line 2, language"),
    ],
)
def test_a_bad_file_is_refused_whole_naming_line_and_field(
    tmp_path: Path, text: str, says: str
) -> None:
    path = write(tmp_path, text)
    said = refusal(path)
    assert said.startswith(str(path))
    assert re.search(says, said)
    assert "('" not in said


def test_all_bad_lines_are_told_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, "customer_id,flow,language\n1,B2X,nl\n2,B2C,nl\n3,B2B,xx\n1,B2B,nl\n")
    lines = refusal(path).splitlines()
    assert lines[0].endswith("2 lines are wrong, so nothing is read")
    assert [line.split(":")[0].strip() for line in lines[1:]] == [
        "line 2, flow",
        "line 4, language",
    ]


@pytest.mark.parametrize(("wrong", "shown", "more"), [(10, 10, False), (14, 10, True)])
def test_of_many_bad_lines_ten_are_shown_and_the_rest_counted(
    tmp_path: Path, wrong: int, shown: int, more: bool
) -> None:
    rows = "".join(f"{number},B2X\n" for number in range(wrong))
    said = refusal(write(tmp_path, "customer_id,flow\n" + rows))
    assert f"{wrong} lines are wrong" in said
    assert said.count("B2X") == shown
    assert said.endswith(f"and {wrong - shown} more") == more


def test_a_file_that_is_absent_a_folder_or_no_text_is_named_with_the_remedy(
    tmp_path: Path,
) -> None:
    assert "absent.csv: cannot be read" in refusal(tmp_path / "absent.csv")
    assert "cannot be read" in refusal(tmp_path)
    said = refusal(write(tmp_path, "customer_id,label\n1,Zoë\n", "latin-1"))
    assert "not UTF-8" in said
    assert "choose 'CSV UTF-8'" in said
    assert "choose 'CSV UTF-8'" in refusal(write(tmp_path, "customer_id\n1\n", "utf-16"))
    workbook = tmp_path / "customers.xlsx"
    workbook.write_bytes(b"PK\x03\x04\x14\x00\x06\x00" + bytes(range(256)))
    assert "is a workbook: save the sheet as 'CSV UTF-8'" in refusal(workbook)


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8).map(str.strip)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5), st.sampled_from(",;\t"))
def test_what_a_csv_writer_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]], separator: str
) -> None:
    file = io.StringIO(newline="")
    rows = csv.writer(file, delimiter=separator)
    rows.writerow(("customer_id", "label", "contact"))
    rows.writerows((f"c-{number}", *row) for number, row in enumerate(cells))
    read = read_customers(write(tmp_path_factory.getbasetemp(), file.getvalue()))
    assert [(change.label or "", change.contact or "") for change in read] == cells
