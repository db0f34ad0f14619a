SELECT typeof(0.5)
SELECT typeof(.50)
SELECT typeof(10.5)
SELECT typeof(1e0)
SELECT typeof(1)
SELECT typeof(3000000000)
SELECT NULL + 1
SELECT 'a' || NULL
SELECT greatest(nan(), 1)
SELECT ROW(1, 'a') = ROW(1, 'a')
SELECT (1, NULL) IN ((1, 2))
SELECT ARRAY[1, 2] = ARRAY[1, 2]
SELECT ARRAY[1, NULL] = ARRAY[1, NULL]
SELECT MAP(ARRAY['a'], ARRAY[1]) = MAP(ARRAY['a'], ARRAY[1])
SELECT CAST(real '1.5' AS varchar)
SELECT CAST(CAST(1.5 AS real) AS varchar)
SELECT CAST('a' AS char(3))
SELECT CAST('a' AS char(3)) || 'b'
SELECT CAST(timestamp '2020-01-02 03:04:05' AS varchar)
SELECT CAST(timestamp '2020-01-02 03:04:05.678901' AS varchar)
SELECT CAST(timestamp '2020-01-02 03:04:05 UTC' AS varchar)
SELECT CAST(timestamp '2020-07-02 03:04:05 UTC' AT TIME ZONE 'Europe/Brussels' AS varchar)
SELECT CAST(interval '1' day AS varchar)
SELECT CAST('2020-01-02 03:04:05.1239' AS timestamp)
SELECT CAST('2020-01-02 03:04:05.1234' AS timestamp)
SELECT CAST(timestamp '2020-01-02 03:04:05.678901' AS timestamp)
SELECT CAST(timestamp '2020-01-02 03:04:05.6785' AS timestamp(3))
SELECT CAST('2020-01-02 03:04:05.123456' AS timestamp(6))
SELECT ltrim('xxa', 'x')
SELECT strpos('hello', 'l', 2)
SELECT strpos('hello', 'l', -1)
SELECT split_to_map('a=1,b=2', ',', '=')
SELECT concat('a', NULL)
SELECT concat_ws(',', 'a', NULL, 'b')
SELECT codepoint('A')
SELECT levenshtein_distance('kitten', 'sitting')
SELECT hamming_distance('abc', 'abd')
SELECT soundex('Robert')
SELECT normalize('é')
SELECT word_stem('running')
SELECT format('%s', NULL)
SELECT format('%s', 1.5e0)
SELECT format('%s', date '2020-01-01')
SELECT from_utf8(X'ff', '?')
SELECT from_hex('00FF')
SELECT to_hex(sha512(to_utf8('a')))
SELECT xxhash64(to_utf8('a'))
SELECT crc32(to_utf8('a'))
SELECT length(X'0001')
SELECT luhn_check('79927398713')
SELECT regexp_like(NULL, 'a')
SELECT regexp_split('a1b2c', '[0-9]')
SELECT regexp_split('1a1', '1')
SELECT regexp_position('a1b2', '[0-9]')
SELECT regexp_like('ab', '(a)(?=b)')
SELECT regexp_like('aa', '(a)\1')
SELECT regexp_like('x', '[[:alpha:]]')
SELECT regexp_replace('a1', '(\d)', x -> upper('n' || x[1]))
SELECT interval '2' month
SELECT interval '1' year + interval '1' month
SELECT interval '1-2' year to month
SELECT interval '1 02' day to hour
SELECT time '10:00:00'
SELECT timestamp '2020-07-13 10:00:00 Europe/Brussels'
SELECT typeof(timestamp '2020-07-13 10:20:30.456')
SELECT typeof(date '2020-01-01')
SELECT typeof(timestamp '2020-07-13 10:20:30.456' - timestamp '2020-07-13 10:20:30.456')
SELECT typeof(now())
SELECT typeof(timestamp '2020-07-13 10:20:30.456' AT TIME ZONE 'UTC')
SELECT date_trunc('day', timestamp '2020-07-13 23:20:30 UTC' AT TIME ZONE 'Europe/Brussels')
SELECT date_trunc('hour', timestamp '2020-07-13 23:20:30 UTC' AT TIME ZONE 'Europe/Brussels')
SELECT date_add('day', NULL, timestamp '2020-07-13 10:20:30.456')
SELECT date_format(timestamp '2020-07-13 10:20:30.456', '%r')
SELECT date_format(timestamp '2020-07-13 10:20:30.456', '%v')
SELECT date_format(timestamp '2020-07-13 10:20:30.456', '%x')
SELECT format_datetime(timestamp '2020-07-13 10:20:30.456', 'w')
SELECT yow(date '2021-01-03')
SELECT hour(date '2020-01-01')
SELECT extract(timezone_hour FROM timestamp '2020-07-13 00:30:00 UTC')
SELECT from_unixtime(NULL)
SELECT from_unixtime(1594600200, 'Europe/Brussels')
SELECT from_unixtime_nanos(1594600200000000000)
SELECT from_iso8601_timestamp('2020-07-13T02:30:00+02:00')
SELECT to_iso8601(timestamp '2020-07-13 00:00:00')
SELECT to_iso8601(timestamp '2020-07-13 00:30:00 UTC')
SELECT timestamp '2020-07-13 10:20:30.456' AT TIME ZONE 'Europe/Brussels'
SELECT timestamp '2020-07-13 00:30:00 UTC' AT TIME ZONE 'America/New_York'
SELECT at_timezone(timestamp '2020-07-13 00:30:00 UTC', 'Europe/Brussels')
SELECT with_timezone(timestamp '2020-07-13 10:20:30.456', 'Europe/Brussels')
SELECT timestamp '2020-07-13 00:30:00 UTC' AT TIME ZONE '+02:00'
SELECT human_readable_seconds(96)
SELECT to_milliseconds(interval '1' day)
SELECT parse_duration('3.5h')
SELECT current_timezone()
SELECT typeof(localtimestamp)
SELECT json_parse(NULL)
SELECT json_array_contains('[1,2]', 2)
SELECT json_array_get('[1,2]', 1)
SELECT json_size('{"a": [1,2]}', '$.a')
SELECT json_size('{"a": {"b": 1}}', '$')
SELECT json_size('{"a": 1}', '$.a')
SELECT is_json_scalar('1')
SELECT is_json_scalar('[1]')
SELECT CAST(1.5 AS json)
SELECT CAST(timestamp '2020-07-13 10:20:30.456' AS json)
SELECT CAST(ROW(1, 'a') AS json)
SELECT CAST(CAST(ROW(1, 'a') AS row(x bigint, y varchar)) AS json)
SELECT json_query('{"a": [1]}', 'lax $.a')
SELECT json_value('{"a": 1}', 'lax $.a')
SELECT json_exists('{"a": 1}', 'lax $.a')
SELECT json_object('a': 1)
SELECT json_array(1, 2)
SELECT cardinality(NULL)
SELECT array_sort(ARRAY[3, 1, 2], (x, y) -> IF(x < y, 1, IF(x = y, 0, -1)))
SELECT ARRAY[1] || 2
SELECT 1 || ARRAY[2]
SELECT zip(ARRAY[1, 2], ARRAY['a', 'b'])
SELECT zip(ARRAY[1, 2], ARRAY['a'])
SELECT array_histogram(ARRAY[1, 1, 2])
SELECT ngrams(ARRAY['a', 'b', 'c'], 2)
SELECT combinations(ARRAY[1, 2, 3], 2)
SELECT shuffle(ARRAY[1])
SELECT trim_array(ARRAY[1, 2, 3], 1)
SELECT contains_sequence(ARRAY[1, 2, 3], ARRAY[2, 3])
SELECT dot_product(ARRAY[1e0, 2e0], ARRAY[3e0, 4e0])
SELECT map_entries(MAP(ARRAY['a'], ARRAY[1]))
SELECT map_zip_with(MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['a'], ARRAY[2]), (k, x, y) -> x + y)
SELECT ROW(1, 'a')[1]
SELECT ROW(1, 'a')[2]
SELECT multimap_from_entries(ARRAY[ROW('a', 1), ROW('a', 2)])
SELECT typeof(ARRAY[1])
SELECT typeof(MAP(ARRAY['a'], ARRAY[1]))
SELECT typeof(ROW(1, 'a'))
SELECT typeof(CAST(ROW(1) AS ROW(a bigint)))
SELECT typeof(CAST('a' AS varchar))
SELECT typeof('abc')
SELECT typeof(NULL)
SELECT typeof(1.5)
SELECT typeof(CAST(1 AS decimal(10,2)))
SELECT typeof(1 + 1)
SELECT typeof(true)
SELECT typeof(X'00')
SELECT typeof(json '1')
SELECT typeof(from_unixtime(0))
SELECT typeof(CAST('a' AS varchar(5)))
SELECT typeof(CAST(1 AS double))
SELECT typeof(timestamp '2020-07-13 10:20:30')
SELECT typeof(CAST('2020-07-13 10:20:30' AS timestamp))
SELECT typeof(12345678901)
SELECT typeof(100.)
SELECT typeof(00.5)
SELECT typeof('a' || 'b')
SELECT typeof(CAST(1.5 AS real))
SELECT typeof(count(*))
SELECT typeof(9223372036854775807)
SELECT typeof(1) || 'a'
SELECT typeof(TRY_CAST('abc' AS integer))
SELECT extract(hour from interval '36' hour)
SELECT hour(interval '36' hour)
SELECT interval -'90' minute
SELECT interval '1' day / 2
SELECT interval '1' day / 2e0
SELECT interval '1' month * 2
SELECT CAST('12151fd2-7586-11e9-8f9e-2a86e4085a59' AS uuid)
SELECT CAST('10.0.0.1' AS ipaddress)
SELECT typeof(CAST(1 AS double precision))
SELECT typeof(real '1.5')
SELECT format('%s', 1.5e0)
SELECT format('%x', 255)
SELECT format('%1$s %1$s', 'a')
SELECT format('%s', date '2020-07-13')
SELECT format('a%nb', 1)
SELECT format('%s', 'a', 'b')
SELECT truncate(1.77, 1)
SELECT sign(nan())
SELECT width_bucket(5, 0, 10, 5)
SELECT width_bucket(5e0, ARRAY[1e0, 5e0, 10e0])
SELECT bitwise_left_shift(1, 3)
SELECT bitwise_right_shift(8, 2)
SELECT bit_count(7, 64)
SELECT from_base('ff', 16)
SELECT from_base('zz', 36)
SELECT to_base(255, 16)
SELECT to_base(-5, 2)
SELECT to_base(0, 2)
SELECT uuid() IS NOT NULL
SELECT url_extract_host('https://a.b:80/c?d=e#f')
SELECT url_extract_path('https://a.b/c%20d?d=e')
SELECT url_extract_query('https://a.b/c?d=e&f=g')
SELECT url_extract_protocol('https://a.b/')
SELECT url_extract_port('https://a.b:8080/')
SELECT url_extract_port('https://a.b/')
SELECT url_extract_fragment('https://a.b/#x')
SELECT url_extract_parameter('https://a.b/?x=1&y=a%20b', 'y')
SELECT url_extract_parameter('https://a.b/?x=1', 'z')
SELECT url_extract_host('nope')
SELECT url_extract_host('http://[bad')
SELECT url_extract_host('')
SELECT url_extract_path('https://a.b')
SELECT url_extract_query('https://a.b/')
SELECT url_encode('a b&c/é')
SELECT url_encode('a*b~c-d_e.f')
SELECT url_decode('a%20b+c')
SELECT bar(0.5e0, 10)
SELECT color('red')
SELECT current_user IS NOT NULL
SELECT version() IS NOT NULL
SELECT current_catalog
SELECT current_schema
SELECT MAP(ARRAY[ROW(1, 'a')], ARRAY[1])
SELECT MAP(ARRAY[ARRAY[1]], ARRAY[1])
SELECT zip_with(ARRAY[ROW(1, 'a')], ARRAY[2], (x, y) -> x[1] + y)
SELECT array_join(ARRAY['a'], NULL)
SELECT ARRAY['a'] || 'b'
SELECT CAST(timestamp '2020-07-13 05:00:00' AS varchar)
SELECT json_size('{"a": {"x": 1, "y": 2}}', '$.a')
SELECT max(n, 2) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT min(n, 2) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT max_by(x, n, 2) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT skewness(n) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT kurtosis(n) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT corr(n, d) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT covar_pop(n, d) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT covar_samp(n, d) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT regr_slope(n, d) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT regr_intercept(n, d) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT geometric_mean(n) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT approx_percentile(n, ARRAY[0.25, 0.75]) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT histogram(ARRAY[k]) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT histogram(ROW(k)) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT sum(interval '1' day) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT sum(dt - date '2020-01-01') FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT avg(dt - date '2020-01-01') FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT multimap_agg(k, n) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT map_union(MAP(ARRAY[k], ARRAY[n])) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT checksum(n) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT bitwise_and_agg(n) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT bitwise_or_agg(n) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT bitwise_xor_agg(n) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT numeric_histogram(2, d) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT reduce_agg(n, 0, (a, b) -> a + b, (a, b) -> a + b) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT approx_most_frequent(2, x, 10) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT typeof(max(CAST(dt AS timestamp))) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT typeof(sum(n)) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT map_agg(k, n ORDER BY n DESC) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT typeof(avg(p)) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT approx_percentile(d, ARRAY[0.25, 0.5, 0.75]) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT sum(i) FROM (SELECT dt - date '2020-01-01' AS i FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt))
SELECT n FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) ORDER BY n FETCH FIRST 1 ROW WITH TIES
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n FROM r ORDER BY n
SELECT n FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) TABLESAMPLE BERNOULLI (100) ORDER BY n
SELECT n FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE n = ANY (VALUES 1, 2) ORDER BY n
SELECT n FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE n > ALL (SELECT 1) ORDER BY n
SELECT max(d) FROM (VALUES 1e0, nan()) v(d)
SELECT n FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) ORDER BY typeof(1), n
SELECT typeof(CAST(n AS bigint)) AS y, count(*) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) GROUP BY typeof(CAST(n AS bigint))
SELECT CAST(127 AS tinyint) * 2
SELECT concat_ws(',', CAST(NULL AS array(varchar)))
SELECT regexp_like('é', '\u00e9')
SELECT regexp_replace('aaa', 'a*', 'x')
SELECT regexp_split('abc', '')
SELECT CAST(real '0.1' AS varchar)
SELECT date_parse('69', '%y')
SELECT date_parse('10:20', '%H:%i')
SELECT parse_datetime('3 PM', 'h a')
SELECT format_datetime(timestamp '2020-01-01 00:00:00', '''o''''clock''')
SELECT (1, NULL) = (1, 2)
SELECT CAST(ROW(1, 2) AS ROW(bigint, varchar))
SELECT CAST(ROW(1, ARRAY[ROW(2)]) AS ROW(a bigint, b array(ROW(c varchar))))
SELECT transform(ARRAY[ROW(1, 'a')], x -> x[2])
SELECT json_size('{"a":1}', '$.b')
SELECT CAST(ARRAY[1.50] AS json)
SELECT 1_000
SELECT 0x1F
SELECT typeof(DECIMAL '0.0004')
SELECT typeof(DECIMAL '-00012.50')
SELECT typeof(CAST('1.5' AS decimal))
SELECT typeof(CAST('1.5' AS decimal(5)))
SELECT approx_percentile(p, 0.5) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt)
SELECT sum(CAST(d AS real)) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt)
SELECT count_if(NULL) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt)
SELECT corr(x, y) FROM (VALUES (2e0, 2e0)) v(x, y)
SELECT (x, y) NOT IN ((1, 2)) FROM (VALUES (1, NULL), (NULL, 3)) v(x, y)
SELECT n FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) ORDER BY k FETCH FIRST 1 ROWS WITH TIES
WITH RECURSIVE f(a, b) AS (SELECT 1, 1 UNION ALL SELECT b, a + b FROM f WHERE b < 20) SELECT a FROM f ORDER BY 1
SELECT n, lag(n, 1, 1.5) OVER (ORDER BY n) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) ORDER BY n
SELECT * FROM (VALUES ROW(1, 2), ROW(1, 2)) v(x, y)
SELECT n FROM (VALUES 1) a(n) JOIN (VALUES 1e0) b(n) USING (n)
SELECT reverse(U&'\+01F1E7\+01F1EA')
SELECT INTERVAL '1' DAY + 2 * INTERVAL '1' HOUR
SELECT regexp_like(chr(11), '[\S]')
SELECT regexp_split('a' || chr(11) || 'b', '\s')
SELECT regexp_like('STRASSE', '(?i)straße')
SELECT regexp_like('straße', '(?i)STRASSE')
SELECT regexp_like('straße', '(?i)STRAßE')
SELECT regexp_like('İ', '(?i)i')
SELECT regexp_like('ı', '(?i)i')
SELECT regexp_like('ﬁ', '(?i)fi')
SELECT regexp_like('a{,3}', 'a{,3}')
SELECT regexp_like('aa', '^a{,3}$')
SELECT regexp_like('[', '[a[b]]')
SELECT regexp_like('x', 'X' || '')
SELECT regexp_replace('a' || chr(10), '$', '!')
SELECT regexp_split('a.b.', '\.$')
SELECT regexp_like('a', '\Aa')
SELECT regexp_like('a' || chr(8), '[\b]')
SELECT regexp_extract('Ünï cödé', '\b[[:alpha:]]+')
SELECT -x AS x FROM UNNEST(ARRAY[1,2,3]) AS t(x) ORDER BY x * 1 LIMIT 1
SELECT n AS m FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) UNION ALL SELECT 2 ORDER BY -m
SELECT n AS m, n FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) ORDER BY rank() OVER (ORDER BY m)
SELECT d AS n, k FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) ORDER BY sum(n) OVER (PARTITION BY k), n
SELECT d AS n, k FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) ORDER BY (SELECT n)
SELECT CAST(ROW(-n) AS ROW(f bigint)) AS r FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) ORDER BY r.f
SELECT CAST(ROW(-n) AS ROW(n bigint)) AS t FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) ORDER BY t.n
SELECT k, array_agg(n) AS n FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) GROUP BY k ORDER BY cardinality(n), k LIMIT 3
SELECT k, -n AS n FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) ORDER BY CASE WHEN n < -1 THEN 0 ELSE 1 END, n
SELECT count(*) AS n, k FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) GROUP BY k ORDER BY n / 2, k
SELECT lower(k) k FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) GROUP BY k HAVING k = 'u'
SELECT d AS k, n FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) ORDER BY k IS NULL, k DESC
SELECT k, n, row_number() OVER (ORDER BY n) AS r FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) ORDER BY r % 2, r DESC
SELECT row_number() OVER (ORDER BY n DESC) AS n FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) ORDER BY n % 2, n
SELECT date_trunc('month', dt) AS dt, count(*) AS n FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) GROUP BY 1 ORDER BY date_add('month', 1, dt)
SELECT k, sum(n) AS n FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) GROUP BY k ORDER BY n / 10 DESC, k
SELECT t.n FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) JOIN (VALUES (1, 9), (2, 5)) AS u(n, z) ON t.n = u.n ORDER BY -n
SELECT k AS j, sum(n) AS s FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) GROUP BY k HAVING sum(n) > 1 ORDER BY j || 'x'
SELECT d / 2 AS d FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) ORDER BY d + 1 NULLS FIRST
SELECT n AS m FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) UNION ALL SELECT 2 ORDER BY -m LIMIT 3
SELECT -n AS n FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) UNION ALL SELECT 2 ORDER BY -n LIMIT 3
SELECT approx_distinct(x, 0.01) FROM UNNEST(sequence(1, 10)) AS u(x)
SELECT approx_distinct(NULL) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt)
SELECT dt + n * INTERVAL '1' MONTH FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt)
SELECT timestamp '2020-01-01 00:00:00' + d * INTERVAL '1' HOUR FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt)
SELECT regexp_like(x, k) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt)
SELECT regexp_replace(k, 'u', k || '1') FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt)
SELECT array_max(ARRAY[1e0, nan()])
SELECT contains(ARRAY[nan()], nan())
SELECT array_position(ARRAY[nan()], nan())
SELECT array_remove(ARRAY[nan()], nan())
SELECT nullif(nan(), nan())
SELECT CASE nan() WHEN nan() THEN 1 ELSE 2 END
SELECT nan() IN (nan(), 1)
SELECT CAST(CAST(nan() AS real) AS varchar)
SELECT pow(1, nan())
SELECT max(n + nan()) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt)
SELECT max_by(k, d / d) FROM (VALUES ('a', 0e0), ('b', 1e0)) AS t(k, d)
SELECT count(*) FROM (SELECT a / a AS c FROM (VALUES 0e0, 1e0) t(a)) x JOIN (SELECT a / a AS c FROM (VALUES 0e0, 1e0) t(a)) y USING (c)
SELECT greatest(a / a, 1e0) FROM (VALUES 0e0) t(a)
SELECT max(a / a) FROM (VALUES 0e0, 1e0) t(a)
SELECT max(a / a) OVER () FROM (VALUES 0e0, 1e0) t(a)
SELECT TRY(greatest(a / a, 1e0)) FROM (VALUES 0e0) t(a)
SELECT TRY(regexp_like(s, '(?i)SS')) FROM (VALUES 'ß') t(s)
SELECT k, count(*) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) GROUP BY AUTO
SELECT * FROM (VALUES 1) t(a) CROSS JOIN UNNEST(ARRAY[ROW(1, 'x')])
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT count(*) FROM r
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 11) SELECT count(*) FROM r
SELECT json_size('{"a":[1,2]} x', '$.a')
SELECT X'00 ff'
SELECT CAST(json_parse('{"sessionId":"1"}') AS ROW("sessionId" varchar))
SELECT CAST(json_parse('{"a":{"bC":1}}') AS ROW(a ROW("bC" bigint)))
SELECT CAST(json_parse('[{"bC":1}]') AS ARRAY(ROW("bC" bigint, bd bigint)))
SELECT sum(x), avg(x), max(x), bool_or(x > 1), bool_and(x > 1), count(x), array_agg(x), checksum(x) FROM (SELECT 1 AS x WHERE false) t
SELECT json_extract_scalar('{"b":1,"*":2}', '$["*"]')
SELECT (ROW(1, 2) = ROW(1, 2))
SELECT CAST(zip(ARRAY[1], ARRAY['a']) AS JSON)
SELECT avg(p) FILTER (WHERE n > 1) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT avg(p) OVER (PARTITION BY k) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT avg(DISTINCT p) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT date_add('millisecond', 1500, TIMESTAMP '2024-01-05 10:00:00')
SELECT sequence(1, 5) || 7
SELECT coalesce(sequence(1, 5), ARRAY[1]) || length('a')
SELECT map_keys(MAP(ARRAY['a'], ARRAY[1])) || 'b'
SELECT NULL || 1
SELECT * FROM UNNEST(ARRAY[1]) WITH ORDINALITY AS x
SELECT a / 3, b / 3 FROM (VALUES ROW(1.25, 2), ROW(10.5, 3)) AS v(a, b)
SELECT t.* FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) JOIN (VALUES ('u', 9)) AS s(k, z) USING (k) LIMIT 1
SELECT s.* FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) JOIN (VALUES ('u', 9)) AS s(k, z) USING (k) LIMIT 1
SELECT v.r.* FROM (SELECT CAST(ROW(1, 'a') AS ROW(x integer, Y varchar)) AS r) v
SELECT k, b, count(*) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) GROUP BY GROUPING SETS ((k), (t.k, b))
SELECT k, b, count(*) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) GROUP BY k, ROLLUP (t.k, b)
SELECT k, count(*) AS c, (SELECT max(y) FROM (VALUES ('u', 2)) AS u(x, y) WHERE x = k) AS m FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) GROUP BY k
SELECT coalesce(CAST(1 AS smallint), 10) AS x
SELECT greatest(CAST(1 AS smallint), 10) AS x
SELECT CASE WHEN true THEN CAST(1 AS smallint) ELSE 10 END AS x
SELECT if(false, CAST(1 AS smallint), 10) AS x
SELECT x FROM (VALUES CAST(1 AS smallint), 10) AS t(x)
SELECT lag(x, 1, 5) OVER (ORDER BY x) AS y FROM (VALUES CAST(1 AS smallint)) AS t(x)
SELECT regexp_replace('foo bar', '(\w)(\w*)', x -> upper(x[1]) || x[2]) AS x
