//! Functions that only compute, by engine. One that is not here is refused: those that write, lock, wait, read files or
//! settings, or carry out a text as SQL have no place in these lists.

use super::Engine;

/// Whether a function of this name, in lower case, may be called.
pub(super) fn known(engine: Engine, name: &str) -> bool {
    let own = match engine {
        Engine::Postgresql => POSTGRESQL,
        Engine::Mysql => MYSQL,
    };
    [STANDARD, own]
        .iter()
        .any(|list| list.split_ascii_whitespace().any(|known| known == name))
}

const STANDARD: &str = "
    abs acos ascii asin atan atan2 avg bit_and bit_length bit_or bit_xor ceil ceiling char_length character_length coalesce
    concat concat_ws cos cot count cume_dist current_date current_time current_timestamp date degrees dense_rank exp extract
    first_value floor greatest grouping instr lag last_value lead least left length ln localtime localtimestamp log log10
    log2 lower lpad ltrim max md5 min mod now nth_value ntile nullif octet_length percent_rank pi position pow power radians
    rank repeat replace reverse right round row_number rpad rtrim sign sin sqrt std stddev stddev_pop stddev_samp substr
    substring sum tan timestamp trim upper var_pop var_samp variance
    regexp_like regexp_replace regexp_substr regexp_instr json_object json_array json_value json_query json_exists
    json_arrayagg json_objectagg any_value
";

const POSTGRESQL: &str = "
    acosd acosh age area array_agg array_append array_cat array_dims array_fill array_length array_lower array_ndims
    array_position array_positions array_prepend array_remove array_replace array_to_json array_to_string array_to_tsvector
    array_upper array_sample array_shuffle asind asinh atan2d atand atanh bit_count bool bool_and bool_or
    box btrim casefold cardinality cbrt center char chr clock_timestamp convert_from convert_to corr cosd cosh cotd covar_pop
    covar_samp date_bin date_part date_trunc date_add date_subtract decode diameter div encode erf erfc every factorial
    float4 float8 format gamma gcd gen_random_uuid generate_series generate_subscripts get_bit get_byte height host hostmask
    inet_merge initcap int2 int4 int8 int4range int8range numrange daterange tsrange tstzrange
    isempty isfinite json_agg json_array_elements json_array_elements_text json_array_length json_build_array
    json_build_object json_each json_each_text json_extract_path json_extract_path_text json_object_agg json_object_keys
    json_strip_nulls json_to_record json_to_recordset json_typeof json_scalar json_serialize
    jsonb_agg jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object
    jsonb_concat jsonb_contains jsonb_each jsonb_each_text jsonb_exists jsonb_extract_path jsonb_extract_path_text jsonb_insert
    jsonb_object jsonb_object_agg jsonb_object_keys jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array
    jsonb_path_query_first jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_to_record jsonb_to_recordset
    jsonb_typeof justify_days justify_hours justify_interval lcm lgamma levenshtein lower_inc lower_inf
    make_date make_interval make_time make_timestamp make_timestamptz masklen min_scale mode multirange netmask network
    normalize npoints num_nonnulls num_nulls numeric numnode overlay parse_ident path percentile_cont percentile_disc
    phraseto_tsquery plainto_tsquery point polygon quote_ident quote_literal quote_nullable radius random range_agg
    range_intersect_agg range_merge regexp_count regexp_match regexp_matches regexp_split_to_array
    regexp_split_to_table regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy
    row row_to_json scale set_bit set_byte setweight sha224 sha256 sha384 sha512 similarity sind sinh slope split_part
    starts_with statement_timestamp string_agg string_to_array string_to_table strip strpos strict_word_similarity tand tanh
    text time timestamptz timetz timeofday to_ascii to_bin to_char to_date to_hex to_json to_jsonb to_number to_oct to_timestamp
    to_tsquery to_tsvector transaction_timestamp translate trim_array trim_scale trunc ts_headline ts_rank ts_rank_cd
    tsquery_phrase tsvector_to_array unaccent unistr unnest upper_inc upper_inf varchar websearch_to_tsquery width
    width_bucket word_similarity
    st_area st_asgeojson st_astext st_buffer st_centroid st_contains st_distance st_dwithin st_geomfromtext
    st_intersects st_length st_makepoint st_point st_setsrid st_transform st_within st_x st_y time_bucket
";

const MYSQL: &str = "
    adddate addtime aes_decrypt aes_encrypt bin bin_to_uuid bit_count cast char charset chr coercibility collation compress
    conv convert convert_tz crc32 curdate current_user curtime database date_add date_format date_sub datediff day dayname
    dayofmonth dayofweek dayofyear elt export_set extractvalue field find_in_set format format_bytes
    format_pico_time from_base64 from_days from_unixtime get_format group_concat hex hour if ifnull in inet6_aton inet6_ntoa
    inet_aton inet_ntoa insert interval is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6 is_uuid isnull json_array_append
    json_array_insert json_arrayagg json_compact json_contains json_contains_path json_depth json_detailed json_equals
    json_extract json_insert json_keys json_length json_loose json_merge json_merge_patch json_merge_preserve
    json_normalize json_objectagg json_overlaps json_pretty json_quote json_remove json_replace json_schema_valid json_search
    json_set json_storage_size json_table json_type json_unquote json_valid last_day lcase locate make_set makedate maketime
    match median microsecond mid minute month monthname name_const nvl nvl2 oct ord percentile_cont percentile_disc
    period_add period_diff quarter quote rand regexp sec_to_time second sha sha1 sha2 soundex space st_area
    st_asgeojson st_astext st_centroid st_contains st_distance st_distance_sphere st_geomfromtext st_intersects st_length
    st_srid st_within st_x st_y str_to_date strcmp subdate substring_index subtime sysdate time time_format time_to_sec
    timediff timestampadd timestampdiff to_base64 to_char to_days to_number to_seconds truncate ucase uncompress
    uncompressed_length unhex unix_timestamp utc_date utc_time utc_timestamp uuid uuid_to_bin values week weekday weekofyear
    weight_string year yearweek
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_that_do_more_than_compute_are_on_no_list() {
        let never = "
            set_config current_setting pg_sleep pg_read_file pg_read_binary_file pg_ls_dir lo_creat lo_create lo_import lo_export
            lo_put lo_unlink dblink dblink_exec nextval setval currval lastval query_to_xml query_to_xmlschema table_to_xml
            cursor_to_xml database_to_xml schema_to_xml ts_stat ts_rewrite crosstab connectby pg_notify pg_advisory_lock
            pg_try_advisory_lock pg_terminate_backend pg_cancel_backend pg_reload_conf pg_switch_wal pg_stat_file xpath
            load_file sleep benchmark get_lock release_lock release_all_locks is_free_lock is_used_lock master_pos_wait
            sys_exec sys_eval last_insert_id version user session_user
        ";
        for name in never.split_ascii_whitespace() {
            assert!(!known(Engine::Postgresql, name), "{name}");
            assert!(!known(Engine::Mysql, name), "{name}");
        }
    }
}
