SELECT 'a' || NULL
SELECT ARRAY[1, 2] = ARRAY[1, 2]
SELECT ARRAY[1, NULL] = ARRAY[1, NULL]
SELECT MAP(ARRAY['a'], ARRAY[1]) = MAP(ARRAY['a'], ARRAY[1])
SELECT CAST(real '1.5' AS varchar)
SELECT CAST(CAST(1.5 AS real) AS varchar)
SELECT CAST('a' AS char(3))
SELECT CAST('a' AS char(3)) || 'b'
SELECT CAST(interval '1' day AS varchar)
SELECT CAST('2020-01-02 03:04:05.123456' AS timestamp(6))
SELECT CAST('2020-01-02 03:04:05 UTC' AS timestamp with time zone)
SELECT split_to_map('a=1,b=2', ',', '=')
SELECT concat('a', NULL)
SELECT hamming_distance('abc', 'abd')
SELECT soundex('Robert')
SELECT normalize('é')
SELECT word_stem('running')
SELECT from_utf8(X'ff', '?')
SELECT xxhash64(to_utf8('a'))
SELECT U&'\0041'
SELECT luhn_check('79927398713')
SELECT regexp_position('a1b2', '[0-9]')
SELECT regexp_like('ab', '(a)(?=b)')
SELECT regexp_like('aa', '(a)\1')
SELECT regexp_like('x', '[[:alpha:]]')
SELECT regexp_replace('a1', '(\d)', x -> upper('n' || x[1]))
SELECT interval '2' month
SELECT interval '1' year + interval '1' month
SELECT interval '1' day * 2
SELECT interval '1-2' year to month
SELECT interval '1 02' day to hour
SELECT time '10:00:00'
SELECT timestamp '2020-07-13 10:00:00 Europe/Brussels'
SELECT date_trunc('hour', timestamp '2020-07-13 23:20:30 UTC' AT TIME ZONE 'Europe/Brussels')
SELECT format_datetime(timestamp '2020-07-13 10:20:30.456', 'w')
SELECT extract(timezone_hour FROM timestamp '2020-07-13 00:30:00 UTC')
SELECT from_unixtime_nanos(1594600200000000000)
SELECT from_iso8601_timestamp('2020-07-13T02:30:00+02:00')
SELECT from_iso8601_timestamp('2020-07-13T02:30:00Z')
SELECT with_timezone(timestamp '2020-07-13 10:20:30.456', 'Europe/Brussels')
SELECT timestamp '2020-07-13 00:30:00 UTC' AT TIME ZONE '+02:00'
SELECT human_readable_seconds(96)
SELECT parse_duration('3.5h')
SELECT json_array_contains('[1,2]', 2)
SELECT json_array_get('[1,2]', 1)
SELECT is_json_scalar('1')
SELECT is_json_scalar('[1]')
SELECT CAST(timestamp '2020-07-13 10:20:30.456' AS json)
SELECT CAST(ROW(1, 'a') AS json)
SELECT json '1' = json '1'
SELECT json_query('{"a": [1]}', 'lax $.a')
SELECT json_value('{"a": 1}', 'lax $.a')
SELECT json_exists('{"a": 1}', 'lax $.a')
SELECT json_object('a': 1)
SELECT json_array(1, 2)
SELECT cardinality(NULL)
SELECT array_sort(ARRAY[3, 1, 2], (x, y) -> IF(x < y, 1, IF(x = y, 0, -1)))
SELECT array_max(ARRAY[])
SELECT array_join(ARRAY[1.5e0], ',')
SELECT array_histogram(ARRAY[1, 1, 2])
SELECT ngrams(ARRAY['a', 'b', 'c'], 2)
SELECT combinations(ARRAY[1, 2, 3], 2)
SELECT shuffle(ARRAY[1])
SELECT trim_array(ARRAY[1, 2, 3], 1)
SELECT contains_sequence(ARRAY[1, 2, 3], ARRAY[2, 3])
SELECT dot_product(ARRAY[1e0, 2e0], ARRAY[3e0, 4e0])
SELECT map_zip_with(MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['a'], ARRAY[2]), (k, x, y) -> x + y)
SELECT multimap_from_entries(ARRAY[ROW('a', 1), ROW('a', 2)])
SELECT truncate(1.77, 1)
SELECT truncate(1.7)
SELECT mod(7.5, 2)
SELECT width_bucket(5, 0, 10, 5)
SELECT width_bucket(5e0, ARRAY[1e0, 5e0, 10e0])
SELECT bitwise_left_shift(1, 3)
SELECT bitwise_right_shift(8, 2)
SELECT bit_count(7, 64)
SELECT uuid() IS NOT NULL
SELECT bar(0.5e0, 10)
SELECT color('red')
SELECT current_user IS NOT NULL
SELECT version() IS NOT NULL
SELECT current_catalog
SELECT current_schema
SELECT max(n, 2) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT min(n, 2) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT max_by(x, n, 2) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT skewness(n) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT kurtosis(n) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT geometric_mean(n) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT map_union(MAP(ARRAY[k], ARRAY[n])) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT checksum(n) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT bitwise_xor_agg(n) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT numeric_histogram(2, d) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT reduce_agg(n, 0, (a, b) -> a + b, (a, b) -> a + b) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT approx_most_frequent(2, x, 10) FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE k <> ''
SELECT n FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) ORDER BY n FETCH FIRST 1 ROW WITH TIES
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n FROM r ORDER BY n
SELECT sum(n) OVER w FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WINDOW w AS (ORDER BY n)
SELECT n FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) TABLESAMPLE BERNOULLI (100) ORDER BY n
SELECT n FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE n = ANY (VALUES 1, 2) ORDER BY n
SELECT n FROM (VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'), ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'), ('v', 3, NULL, -1e0, 3.30, NULL, NULL), ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt) WHERE n > ALL (SELECT 1) ORDER BY n
