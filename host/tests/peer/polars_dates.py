"""Dates, times, durations: parsing, parts, arithmetic, ranges, zones, and their Python values."""

from datetime import date, datetime, time, timedelta

import polars as pl

df = pl.DataFrame(
    {
        "d": [date(2024, 2, 28), date(2023, 12, 31), None, date(1969, 7, 20)],
        "t": [datetime(2024, 2, 29, 13, 45, 59, 123456), datetime(2023, 1, 1), None, datetime(1969, 7, 20, 20, 17, 40)],
        "s": ["2024-03-10", "2024-13-01", None, "1999-12-31"],
    }
)
d, t = pl.col("d"), pl.col("t")
print(df)
print(df.select(year=d.dt.year(), q=d.dt.quarter(), month=d.dt.month(), week=d.dt.week(), iso=d.dt.iso_year(), wd=d.dt.weekday(), day=d.dt.day(), yday=d.dt.ordinal_day(), leap=d.dt.is_leap_year()))
print(df.select(h=t.dt.hour(), m=t.dt.minute(), s=t.dt.second(), ms=t.dt.millisecond(), us=t.dt.microsecond(), date=t.dt.date(), time=t.dt.time(), frac=t.dt.second(fractional=True)))
print(df.select(fmt=d.dt.strftime("%d.%m.%Y"), b=d.dt.to_string("%B %A %j"), iso=t.dt.to_string(), f=t.dt.strftime("%H:%M:%S%.3f")))
print(df.select(tr=d.dt.truncate("1mo"), w=d.dt.truncate("1w"), q=d.dt.truncate("1q"), h=t.dt.truncate("6h"), r=t.dt.round("1h"), off=d.dt.offset_by("1mo"), ms=d.dt.month_start(), me=d.dt.month_end()))
print(df.select(plus=d + timedelta(days=1), minus=d - date(2024, 1, 1), days=(d - date(2024, 1, 1)).dt.total_days(), hours=(t - datetime(2023, 1, 1)).dt.total_hours(), dur=pl.duration(days=1, hours=2), sum=t + pl.duration(minutes=30)))
print(df.select(ts=t.dt.timestamp("ms"), ep=t.dt.epoch("s"), days=d.dt.epoch("d"), rep=d.dt.replace(day=1), dim=d.dt.days_in_month() if hasattr(pl.col("d").dt, "days_in_month") else d))
print(df.select(p=pl.col("s").str.to_date(strict=False), f=pl.col("s").str.to_date("%Y-%m-%d", strict=False), dt=pl.col("s").str.strptime(pl.Datetime, "%Y-%m-%d", strict=False)))
print(pl.Series(["10/02/2024", "11/02/2024"]).str.to_date("%d/%m/%Y"), pl.Series(["2024-01-01 10:00", "2024-01-02 23:59"]).str.to_datetime("%Y-%m-%d %H:%M"))
print(pl.Series(["2024-01-01T10:00:00", None]).str.to_datetime(), pl.Series(["12:30:00", "01:02:03"]).str.to_time(), pl.Series(["1 Jan 2024"]).str.to_date("%d %b %Y"))
print(df.filter(d > date(2000, 1, 1)), df.filter(t.is_between(datetime(2023, 1, 1), datetime(2023, 12, 31))).height, df.filter(d.dt.year() == 2024).height)
print(df["d"].to_list(), df["t"].to_list(), df.row(0), df["d"].min(), df["d"].max(), df["t"].mean(), df["d"].median())
print(pl.date_range(date(2024, 1, 30), date(2024, 2, 2), eager=True), pl.date_range(date(2024, 1, 1), date(2024, 4, 1), "1mo", closed="left", eager=True).to_list())
print(pl.datetime_range(datetime(2024, 1, 1), datetime(2024, 1, 1, 3), "1h", eager=True), pl.datetime_range(datetime(2024, 1, 1), datetime(2024, 1, 2), timedelta(hours=12), eager=True).alias("x").to_list())
print(pl.select(pl.date(2024, 2, 29), x=pl.datetime(2024, 1, 2, 3, 4, 5), y=pl.time(1, 2, 3)))
print(pl.Series([timedelta(days=1, hours=3), timedelta(seconds=-5), None]), pl.Series([timedelta(days=1, hours=3)]).to_list(), pl.Series([time(1, 2, 3), time(23, 59)]))
print(pl.Series([timedelta(days=1, hours=3), timedelta(minutes=90)]).dt.total_minutes().to_list(), pl.Series([timedelta(days=2)]).sum())
zoned = df.select(t.dt.replace_time_zone("UTC").alias("utc")).with_columns(ny=pl.col("utc").dt.convert_time_zone("America/New_York"))
print(zoned, zoned.dtypes, zoned.select(pl.col("ny").dt.hour()))
print(pl.from_epoch(pl.Series([0, 1_700_000_000]), time_unit="s"), df.select(t.dt.cast_time_unit("ms"), n=t.cast(pl.Datetime("ns"))))
print(df.select(c=d.dt.combine(time(8, 30)), cast=d.cast(pl.Datetime), back=t.cast(pl.Date), num=d.cast(pl.Int32), txt=d.cast(pl.String), tt=t.cast(pl.String)))
print(df.select(bd=d.dt.add_business_days(3, roll="forward"), isb=d.dt.is_business_day(), n=pl.business_day_count(date(2024, 1, 1), d)))
events = pl.DataFrame({"at": [datetime(2024, 1, 1, 0, 5), datetime(2024, 1, 1, 0, 50), datetime(2024, 1, 1, 2, 10)], "v": [1, 2, 3]})
print(events.group_by_dynamic("at", every="1h").agg(pl.col("v").sum(), n=pl.len()))
print(events.group_by_dynamic("at", every="1h", include_boundaries=True, closed="right").agg(pl.col("v")))
print(events.upsample("at", every="1h") if False else events.rolling("at", period="1h").agg(pl.col("v").sum()))
print(events.with_columns(pl.col("v").rolling_sum_by("at", "2h").alias("r"), m=pl.col("v").rolling_mean_by("at", window_size="1h")))
months = pl.DataFrame({"m": [date(2024, 1, 1), date(2024, 3, 1)], "v": [1, 3]})
print(months.upsample("m", every="1mo").with_columns(pl.col("v").interpolate()))
print(df.sort("d", nulls_last=True)["d"].to_list(), df["d"].dt.year().to_list(), df["t"].dt.date().to_list())
print(df.select(pl.col("d").diff().alias("diff"), sh=pl.col("d").shift(1)), df.with_columns(weekend=d.dt.weekday() >= 6))
print(df.describe())
