"""Reading and writing CSV, from files and from memory, with the options that scripts use."""

import io

import polars as pl

TEXT = """id,name,amount,when,ok
1,Ann,1.5,2024-01-05,true
2,"Bo, B.",,2024-02-29,false
3,Cy,3,2024-03-01,
4,,4.25,,true
"""

print(pl.read_csv(io.StringIO(TEXT)))
print(pl.read_csv(TEXT.encode(), try_parse_dates=True))
print(pl.read_csv(io.BytesIO(TEXT.encode()), columns=["id", "amount"]))
print(pl.read_csv(io.StringIO(TEXT), columns=[1, 0]))
print(pl.read_csv(io.StringIO(TEXT), has_header=False, skip_rows=1, new_columns=["a", "b", "c"]))
print(pl.read_csv(io.StringIO(TEXT), schema_overrides={"id": pl.String, "amount": pl.Float32}).schema.to_python())
print(pl.read_csv(io.StringIO(TEXT), schema_overrides=[pl.Int32, pl.String]).schema.to_python())
print(pl.read_csv(io.StringIO(TEXT), infer_schema=False).dtypes)
print(pl.read_csv(io.StringIO(TEXT), infer_schema_length=0).dtypes)
print(pl.read_csv(io.StringIO(TEXT), n_rows=2, row_index_name="n", row_index_offset=10))
print(pl.read_csv(io.StringIO(TEXT), missing_utf8_is_empty_string=True)["name"].to_list())
print(pl.read_csv(io.StringIO(TEXT), skip_rows_after_header=2))
print(pl.read_csv(io.StringIO("a;b\n1,5;x\n2,25;y\n"), separator=";", decimal_comma=True))
print(pl.read_csv(io.StringIO("a,b\n1,NA\n-,2\n"), null_values=["NA", "-"]))
print(pl.read_csv(io.StringIO("a,b\n1,NA\n-,2\n"), null_values={"b": "NA", "a": "-"}))
print(pl.read_csv(io.StringIO("a,b\n1,NA\n"), null_values="NA"))
print(pl.read_csv(io.StringIO("# note\na,b\n# more\n1,2\n"), comment_prefix="#"))
print(pl.read_csv(io.StringIO("a,b\n1,2,3\n4,5\n"), truncate_ragged_lines=True))
print(pl.read_csv(io.StringIO("a\tb\n1\t'x\ty'\n"), separator="\t", quote_char="'"))
print(pl.read_csv(io.StringIO("a,b\n1,x\ny,2\n"), schema={"a": pl.Int64, "b": pl.String}, ignore_errors=True))
print(pl.read_csv("name,città\nJosé,Forlì\n".encode("latin-1"), encoding="latin-1"))
print(pl.read_csv(b"a,b\n1,\xff\n", encoding="utf8-lossy"))
print(pl.read_csv(io.StringIO("a,a,b\n1,2,3\n")).columns)
print(pl.read_csv(io.StringIO("a,b\n"), raise_if_empty=False))
print(pl.read_csv(io.StringIO("x\n1\n\n3\n")))
print(pl.read_csv(io.StringIO("t\n2024-01-01 10:00:00\n2024-01-02 11:30:15\n"), try_parse_dates=True))
print(pl.read_csv(io.StringIO("t\n2024-01-01T10:00:00Z\n"), try_parse_dates=True))
print(pl.read_csv(io.StringIO("t\n10:00:00\n"), try_parse_dates=True))
print(pl.read_csv(io.StringIO("big\n9223372036854775807\n1\n")))
print(pl.read_csv(io.StringIO("f\n1e3\n-2.5E-2\ninf\nNaN\n")))

frame = pl.DataFrame(
    {
        "i": [1, 2, None],
        "f": [0.5, 1e20, 1 / 3],
        "s": ['plain', 'with "quotes"', "a,b"],
        "b": [True, None, False],
    }
).with_columns(d=pl.date(2024, pl.col("i").fill_null(3), 1))
print(frame.write_csv())
print(frame.write_csv(separator=";", null_value="NA", float_precision=2))
print(frame.write_csv(include_header=False, quote_style="always"))
print(frame.write_csv(quote_style="non_numeric", date_format="%d/%m/%Y"))
print(frame.write_csv(float_scientific=True))
frame.write_csv("peer_io.csv")
print(pl.read_csv("peer_io.csv", try_parse_dates=True))
frame.write_csv("peer_io.tsv", separator="\t", line_terminator="\r\n")
print(pl.read_csv("peer_io.tsv", separator="\t").equals(pl.read_csv("peer_io.csv")))
with open("peer_io.txt", "w") as out:
    frame.write_csv(out)
print(open("peer_io.txt").read())
print(pl.scan_csv("peer_io.csv").filter(pl.col("i") > 1).select("s").collect())
print(pl.scan_csv("peer_io.csv").collect_schema().to_python())


small = pl.DataFrame({"a": [1, None], "b": ["x", 'y"'], "l": [[1, 2], []], "f": [1.5, None]})
print(small.write_json())
print(small.write_ndjson())
small.write_ndjson("peer_io.ndjson")
print(pl.read_ndjson("peer_io.ndjson"))
print(pl.read_json(io.StringIO('[{"a": 1, "b": {"c": 2}}, {"a": null, "b": {"c": 3}}]')))
