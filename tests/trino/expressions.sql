-- scalar: each line is an expression
1 + 1
7 / 2
-7 / 2
7 % 3
-7 % 3
7 / 2e0
1.0 / 3
2 / 3.00
10.5 * 2.25
1 + 1.5
1.5 - 2
5.0 % 3
100.0 * 3 / 7
0.5
.5
00.50
1.10
typeof(0.5)
typeof(.50)
typeof(10.5)
typeof(1e0)
typeof(1)
typeof(3000000000)
3000000000 * 2
2147483647 + 1
9223372036854775807 + 1
-9223372036854775808
1 / 0
1 % 0
1e0 / 0
0e0 / 0
-1e0 / 0e0
5e0 % 3
5e0 % 0
1.0 / 0
1.0 % 0
TRY(1 / 0)
NULL + 1
- 5
-(1.5)
1.5 = 1.50
1 = 1.0
1 < 2e0
1 = NULL
1 IS DISTINCT FROM NULL
NULL IS NOT DISTINCT FROM NULL
1 = '1'
'a' < 'b'
'a' = 'a '
true = true
true AND NULL
false AND NULL
true OR NULL
NOT NULL
1 BETWEEN 0 AND 2
1 NOT BETWEEN 0 AND 2
NULL BETWEEN 0 AND 2
1 IN (1, 2)
1 IN (2, NULL)
1 NOT IN (2, NULL)
1 IN (1.0, 2.5)
'a' IN ('a')
'abc' LIKE 'a%'
'abc' LIKE 'A%'
'a_c' LIKE 'a!_c' ESCAPE '!'
'a\c' LIKE 'a\c'
'a' || chr(10) || 'b' LIKE 'a%b'
1 + '1'
'a' || 1
'a' || NULL
nan() = nan()
nan() <> nan()
nan() > 1
nan() < 1
1 > nan()
1 < nan()
nan() IS DISTINCT FROM nan()
nan() BETWEEN 0 AND 1
infinity() > 1
greatest(nan(), 1)
least(nan(), 1)
greatest(1, 2, 3)
greatest(1, NULL)
least('b', 'a')
greatest(1, 2.5)
least(date '2020-01-01', date '2019-01-01')
ROW(1, 'a') = ROW(1, 'a')
ROW(1, 2) IN (ROW(1, 2), ROW(3, 4))
(1, 'a') IN ((2, 'a'), (1, 'b'))
(1, NULL) IN ((1, 2))
ARRAY[1, 2] = ARRAY[1, 2]
ARRAY[1, NULL] = ARRAY[1, NULL]
MAP(ARRAY['a'], ARRAY[1]) = MAP(ARRAY['a'], ARRAY[1])
CAST(12.5e0 AS varchar)
CAST(0e0 AS varchar)
CAST(-0e0 AS varchar)
CAST(100e0 AS varchar)
CAST(1234567.5e0 AS varchar)
CAST(1e-3 AS varchar)
CAST(1e300 AS varchar)
CAST(nan() AS varchar)
CAST(infinity() AS varchar)
CAST(-infinity() AS varchar)
CAST(0.1e0 + 0.2e0 AS varchar)
CAST(1e7 AS varchar)
CAST(4.9E-324 AS varchar)
CAST(real '1.5' AS varchar)
CAST(CAST(1.5 AS real) AS varchar)
CAST(1.50 AS varchar)
CAST(-0.50 AS varchar)
CAST(12 AS varchar)
CAST(12 AS varchar(1))
CAST('abc' AS varchar(2))
CAST(12 AS varchar(5))
CAST('a' AS char(3))
CAST('a' AS char(3)) || 'b'
CAST(true AS varchar)
CAST(date '2020-01-02' AS varchar)
CAST(timestamp '2020-01-02 03:04:05' AS varchar)
CAST(timestamp '2020-01-02 03:04:05.678' AS varchar)
CAST(timestamp '2020-01-02 03:04:05.678901' AS varchar)
CAST(timestamp '2020-01-02 03:04:05 UTC' AS varchar)
CAST(timestamp '2020-07-02 03:04:05 UTC' AT TIME ZONE 'Europe/Brussels' AS varchar)
CAST(NULL AS varchar)
CAST(ARRAY[1] AS varchar)
CAST(ROW(1) AS varchar)
CAST(X'41' AS varchar)
CAST(interval '1' day AS varchar)
CAST('12' AS bigint)
CAST(' 12' AS bigint)
CAST('12 ' AS bigint)
CAST('+12' AS bigint)
CAST('-12' AS integer)
CAST('1.5' AS bigint)
CAST('1e3' AS bigint)
CAST('' AS bigint)
TRY_CAST('x' AS bigint)
TRY_CAST('9223372036854775808' AS bigint)
TRY_CAST('2147483648' AS integer)
TRY_CAST('128' AS tinyint)
CAST(128 AS tinyint)
CAST(2.5e0 AS bigint)
CAST(-2.5e0 AS bigint)
CAST(1.5 AS integer)
CAST(2.5 AS integer)
CAST(-2.5 AS integer)
CAST(1e300 AS bigint)
TRY_CAST(1e300 AS bigint)
CAST(nan() AS bigint)
CAST(9.3e18 AS bigint)
CAST('1.5' AS double)
CAST(' 1.5 ' AS double)
CAST('1e3' AS double)
CAST('.5' AS double)
CAST('5.' AS double)
TRY_CAST('inf' AS double)
CAST('Infinity' AS double)
CAST('NaN' AS double)
TRY_CAST('nan' AS double)
TRY_CAST('1,5' AS double)
CAST('1d' AS double)
CAST('1e400' AS double)
TRY_CAST('0x10' AS double)
CAST('1.5' AS real)
CAST('1.5' AS decimal(3,1))
CAST('1.55' AS decimal(3,1))
CAST(' 1.5' AS decimal(3,1))
TRY_CAST('1e1' AS decimal(5,1))
TRY_CAST('abc' AS decimal(5,1))
TRY_CAST('12345' AS decimal(3,1))
CAST('' AS decimal(3,1))
CAST(1.55 AS decimal(3,1))
CAST(1.45 AS decimal(3,1))
CAST(-1.55 AS decimal(3,1))
CAST(12345.6 AS decimal(3,1))
CAST(1.005e0 AS decimal(10,2))
CAST(2.675e0 AS decimal(10,2))
CAST(0.1e0 AS decimal(38,20))
CAST(40e0 AS decimal(18,6))
CAST(1e0/3 AS decimal(18,6))
CAST(nan() AS decimal(3,1))
CAST(5 AS decimal(10,2))
CAST(1.5 AS double)
CAST(1.1 AS double)
CAST(0.3 AS real)
CAST(1 AS boolean)
CAST(0 AS boolean)
CAST(2.0e0 AS boolean)
CAST(true AS integer)
CAST(true AS double)
CAST('true' AS boolean)
CAST('T' AS boolean)
CAST('1' AS boolean)
CAST('yes' AS boolean)
TRY_CAST('tru' AS boolean)
TRY_CAST(' true' AS boolean)
CAST(1.0 AS boolean)
CAST('2020-01-02' AS date)
CAST('2020-1-2' AS date)
CAST(' 2020-01-02 ' AS date)
TRY_CAST('2020-02-30' AS date)
TRY_CAST('2020-01-02 00:00:00' AS date)
TRY_CAST('20200102' AS date)
TRY_CAST('' AS date)
CAST(timestamp '2020-01-02 23:59:59.999' AS date)
CAST(date '2020-01-02' AS timestamp)
CAST('2020-01-02 03:04:05.1239' AS timestamp)
CAST('2020-01-02 03:04:05.1234' AS timestamp)
CAST('2020-01-02' AS timestamp)
CAST('2020-01-02 03:04' AS timestamp)
TRY_CAST('2020-01-02T03:04:05' AS timestamp)
CAST('2020-01-02 03:04:05 UTC' AS timestamp)
CAST('2020-01-02 03:04:05+02:00' AS timestamp)
TRY_CAST('2020-01-02 25:00:00' AS timestamp)
TRY_CAST('2020-01-02 3:4:5' AS timestamp)
TRY_CAST(' 2020-01-02 03:04:05' AS timestamp)
TRY_CAST('2020-01-02 24:00:00' AS timestamp)
CAST(timestamp '2020-01-02 03:04:05.678901' AS timestamp)
CAST(timestamp '2020-01-02 03:04:05.6785' AS timestamp(3))
CAST('2020-01-02 03:04:05.123456' AS timestamp(6))
CAST('2020-01-02 03:04:05 UTC' AS timestamp with time zone)
CAST(timestamp '2020-01-02 03:04:05' AS timestamp with time zone)
CAST(timestamp '2020-07-02 03:04:05 UTC' AT TIME ZONE 'Europe/Brussels' AS timestamp)
CAST(timestamp '2020-07-02 23:04:05 UTC' AT TIME ZONE 'Europe/Brussels' AS date)
CAST(1 AS date)
CAST(1 AS timestamp)
length('žé🚗')
length('')
lower('ÀB')
upper('straße')
upper('é')
trim('  a ')
ltrim('  a ')
rtrim('  a ')
trim(chr(9) || 'a' || chr(10))
trim(BOTH 'x' FROM 'xax')
trim(LEADING 'x' FROM 'xax')
trim(chr(160) || 'a')
ltrim('xxa', 'x')
substr('hello', 2)
substr('hello', 2, 3)
substr('hello', -3)
substr('hello', -3, 2)
substr('hello', 0)
substr('hello', 10)
substr('hello', -10)
substr('hello', 2, 0)
substr('hello', 2, -1)
substring('hello' FROM 2 FOR 3)
substring('hello', 2)
strpos('hello', 'l')
strpos('hello', 'l', 2)
strpos('hello', 'l', -1)
strpos('hello', '')
strpos('hello', 'z')
position('l' IN 'hello')
replace('a.b.c', '.', '-')
replace('abc', 'b')
replace('abc', '', '-')
reverse('abč')
lpad('5', 3, '0')
lpad('12345', 3, '0')
rpad('5', 3, 'xy')
lpad('5', 0, '0')
split('a,b,c', ',')
split('a,b,c', ',', 2)
split('', ',')
split('a', 'b')
split(',a,', ',')
split_part('a,b', ',', 1)
split_part('a,b', ',', 2)
split_part('a,b', ',', 3)
split_part('a,b', ',', 0)
split_part('', ',', 1)
split_to_map('a=1,b=2', ',', '=')
concat('a', 'b', 'c')
concat('a', NULL)
concat_ws(',', 'a', NULL, 'b')
concat_ws(',', ARRAY['a', NULL, 'b'])
starts_with('abc', 'ab')
starts_with('abc', '')
ends_with('abc', 'bc')
chr(65)
chr(128663)
codepoint('A')
translate('abc', 'ab', 'xy')
translate('abc', 'ab', 'x')
levenshtein_distance('kitten', 'sitting')
hamming_distance('abc', 'abd')
soundex('Robert')
normalize('é')
word_stem('running')
format('%s-%d', 'a', 1)
format('%s', 1)
format('%05d', 12)
format('%.2f', 1.5e0)
format('%,d', 1234567)
format('%s', NULL)
format('100%%')
format('%s', 1.5e0)
format('%s', date '2020-01-01')
format('%s', true)
to_utf8('é')
from_utf8(X'c3a9')
from_utf8(X'ff')
from_utf8(X'ff', '?')
to_hex(X'00ff')
from_hex('00FF')
from_hex('0g')
to_base64(to_utf8('abc'))
from_utf8(from_base64('YWJj'))
md5(to_utf8('a'))
to_hex(md5(to_utf8('a')))
to_hex(sha1(to_utf8('a')))
to_hex(sha256(to_utf8('a')))
to_hex(sha512(to_utf8('a')))
xxhash64(to_utf8('a'))
crc32(to_utf8('a'))
length(X'0001')
X'41'
U&'\0041'
'it''s'
initcap('ab cd')
repeat('ab', 3)
ascii('a')
left('abc', 2)
luhn_check('79927398713')
regexp_like('x12', '[0-9]+$')
regexp_like('12' || chr(10), '^[0-9]+$')
regexp_like('é', '^\w$')
regexp_like('abc', 'B')
regexp_like('abc', '(?i)B')
regexp_like('a.b', 'a\.b')
regexp_like('', '')
regexp_like(NULL, 'a')
regexp_extract('a1b22', '[0-9]+')
regexp_extract('abc', '[0-9]+')
regexp_extract('k=v', '(\w)=(\w)', 2)
regexp_extract('k=v', '(\w)=(x)?', 2)
regexp_extract('k=v', '(\w)=', 3)
regexp_extract('k', '(\w)(=)?', 2)
regexp_extract('a/b/c', '[^/]+$')
regexp_extract('s3://b/d=2020-07-13/x', '/d=([^/]*)/', 1)
regexp_extract_all('a1b22', '[0-9]+')
regexp_extract_all('a1b22', '([a-z])([0-9]+)', 2)
regexp_extract_all('abc', '[0-9]')
regexp_replace('ab12', '([a-z]+)([0-9]+)', '$2-$1')
regexp_replace('aXbX', 'X', '-')
regexp_replace('aXbX', 'X')
regexp_replace('a b', '\s+', '_')
regexp_replace('abc', 'b', '\')
regexp_replace('abc', '', '-')
regexp_split('a1b2c', '[0-9]')
regexp_split('1a1', '1')
regexp_count('a1b2', '[0-9]')
regexp_position('a1b2', '[0-9]')
regexp_like('ab', '(a)(?=b)')
regexp_like('aa', '(a)\1')
regexp_like('a' || chr(10) || 'b', 'a.b')
regexp_like('a-b', '[a\-]')
regexp_like('x', '[[:alpha:]]')
regexp_like('x', '(')
regexp_replace('a1', '(\d)', x -> upper('n' || x[1]))
date '2020-02-29' + interval '1' year
date '2020-01-31' + interval '1' month
date '2020-02-28' + interval '2' day
date '2020-01-01' - interval '1' day
date '2020-01-01' + interval '1' hour
interval '1' day + date '2020-01-01'
date '2020-03-01' - date '2020-02-28'
timestamp '2020-01-01 00:00:00' + interval '90' minute
timestamp '2020-01-01 00:00:00' - interval '1' month
timestamp '2020-07-13 10:20:30.456' - timestamp '2020-07-12 00:00:00'
timestamp '2020-01-01 00:00:00' - timestamp '2020-01-02 00:00:00.5'
interval '1' day
interval '36' hour
interval '1.5' second
interval '2' month
interval '1' year + interval '1' month
interval '1' day * 2
interval '1' day + interval '1' hour
interval '1' day > interval '23' hour
interval '1-2' year to month
interval '1 02' day to hour
date '2020-01-01' < timestamp '2020-01-01 00:00:01'
timestamp '2020-01-01 00:00:00' = timestamp '2020-01-01 00:00:00.000'
timestamp '2020-01-01 00:00:00' = timestamp '2020-01-01 00:00:00 UTC'
date '2020-01-01' = '2020-01-01'
date '2020-02-30'
time '10:00:00'
timestamp '2020-07-13 10:00:00 Europe/Brussels'
typeof(timestamp '2020-07-13 10:20:30.456')
typeof(date '2020-01-01')
typeof(timestamp '2020-07-13 10:20:30.456' - timestamp '2020-07-13 10:20:30.456')
typeof(now())
typeof(timestamp '2020-07-13 10:20:30.456' AT TIME ZONE 'UTC')
date_trunc('second', timestamp '2020-07-13 10:20:30.456')
date_trunc('minute', timestamp '2020-07-13 10:20:30.456')
date_trunc('hour', timestamp '2020-07-13 10:20:30.456')
date_trunc('day', timestamp '2020-07-13 10:20:30.456')
date_trunc('week', timestamp '2020-07-13 10:20:30.456')
date_trunc('month', timestamp '2020-07-13 10:20:30.456')
date_trunc('quarter', timestamp '2020-07-13 10:20:30.456')
date_trunc('year', timestamp '2020-07-13 10:20:30.456')
date_trunc('millisecond', timestamp '2020-07-13 10:20:30.456')
date_trunc('HOUR', timestamp '2020-07-13 10:20:30.456')
date_trunc('day', date '2020-07-15')
date_trunc('week', date '2020-07-15')
date_trunc('month', date '2020-07-15')
date_trunc('year', date '2020-07-15')
date_trunc('hour', date '2020-07-15')
date_trunc('nope', timestamp '2020-07-13 10:20:30.456')
date_trunc('hour', NULL)
date_trunc('day', timestamp '2020-07-13 23:20:30 UTC')
date_trunc('day', timestamp '2020-07-13 23:20:30 UTC' AT TIME ZONE 'Europe/Brussels')
date_trunc('hour', timestamp '2020-07-13 23:20:30 UTC' AT TIME ZONE 'Europe/Brussels')
date_add('millisecond', 5, timestamp '2020-07-13 10:20:30.456')
date_add('second', 5, timestamp '2020-07-13 10:20:30.456')
date_add('minute', -5, timestamp '2020-07-13 10:20:30.456')
date_add('hour', 5, timestamp '2020-07-13 10:20:30.456')
date_add('day', 5, timestamp '2020-07-13 10:20:30.456')
date_add('week', 1, timestamp '2020-07-13 10:20:30.456')
date_add('month', 1, timestamp '2020-01-31 00:00:00')
date_add('quarter', 1, timestamp '2020-07-13 10:20:30.456')
date_add('year', 1, date '2020-02-29')
date_add('day', 1, date '2020-02-28')
date_add('hour', 1, date '2020-02-28')
date_add('day', NULL, timestamp '2020-07-13 10:20:30.456')
date_add('day', 1, timestamp '2020-07-13 23:20:30 UTC')
date_add('hour', 1.5, timestamp '2020-07-13 10:20:30.456')
date_diff('millisecond', timestamp '2020-07-13 10:20:30.456', timestamp '2020-07-13 10:20:31')
date_diff('second', timestamp '2020-07-13 10:20:30.600', timestamp '2020-07-13 10:20:31')
date_diff('minute', timestamp '2020-07-13 10:20:30.456', timestamp '2020-07-13 10:25:00')
date_diff('hour', timestamp '2020-07-12 22:59:00', timestamp '2020-07-12 23:01:00')
date_diff('hour', timestamp '2020-07-12 23:01:00', timestamp '2020-07-12 20:59:00')
date_diff('day', timestamp '2020-07-12 23:00:00', timestamp '2020-07-13 01:00:00')
date_diff('day', date '2020-02-28', date '2020-03-01')
date_diff('week', date '2020-02-01', date '2020-03-01')
date_diff('month', date '2020-01-31', date '2020-02-29')
date_diff('month', date '2020-01-15', date '2020-03-14')
date_diff('month', date '2020-03-31', date '2020-02-29')
date_diff('quarter', date '2020-01-15', date '2020-12-14')
date_diff('year', date '2020-02-29', date '2021-02-28')
date_diff('year', date '2020-02-29', date '2024-02-29')
date_diff('day', date '2020-02-28', timestamp '2020-07-13 10:20:30.456')
date_diff('hour', date '2020-01-01', date '2020-01-02')
date_diff('hour', timestamp '2020-07-13 00:00:00 UTC', timestamp '2020-07-13 05:00:00 UTC')
date_format(timestamp '2020-07-13 10:20:30.456', '%Y-%m-%d %H:%i:%s')
date_format(timestamp '2020-07-13 10:20:30.456', '%Y-%m-%dT%H:%i:%s.%f')
date_format(timestamp '2020-07-13 10:20:30.456', '%y %c %e %k %l %I %h %p')
date_format(timestamp '2020-07-13 10:20:30.456', '%M %b %W %a %j')
date_format(timestamp '2020-07-13 10:20:30.456', '%T')
date_format(timestamp '2020-07-13 10:20:30.456', '%r')
date_format(timestamp '2020-07-13 10:20:30.456', '%%Y')
date_format(timestamp '2020-07-13 10:20:30.456', '%v')
date_format(timestamp '2020-07-13 10:20:30.456', '%D')
date_format(timestamp '2020-07-13 10:20:30.456', '%w')
date_format(timestamp '2020-07-13 10:20:30.456', '%x')
date_format(date '2020-07-13', '%d/%m/%Y')
date_format(timestamp '2020-07-13 00:30:00 UTC' AT TIME ZONE 'Europe/Brussels', '%Y-%m-%d %H:%i')
date_format(timestamp '2020-07-13 10:20:30.456', 'a b')
date_format(timestamp '2020-07-13 00:05:00', '%l %I %k %p')
date_parse('2020-07-13T05', '%Y-%m-%dT%H')
date_parse('2020-07-13 05:06:07', '%Y-%m-%d %H:%i:%s')
date_parse('2020-07-13', '%Y-%m-%d')
date_parse('13/7/2020', '%d/%c/%Y')
date_parse('2020-7-3', '%Y-%m-%d')
date_parse('2020-07-13 05:06:07.123', '%Y-%m-%d %H:%i:%s.%f')
date_parse('2020-07', '%Y-%m')
date_parse('x', '%Y')
TRY(date_parse('x', '%Y'))
TRY(date_parse('2020-13-01', '%Y-%m-%d'))
TRY(date_parse('2020-07-13 ', '%Y-%m-%d'))
date_parse('Jul 13 2020', '%b %d %Y')
date_parse('20200713', '%Y%m%d')
date_parse('2020-07-13 05:06 PM', '%Y-%m-%d %h:%i %p')
format_datetime(timestamp '2020-07-13 10:20:30.456', 'yyyy-MM-dd HH:mm:ss')
format_datetime(timestamp '2020-07-13 10:20:30.456', 'yyyy-MM-dd''T''HH:mm:ss.SSS')
format_datetime(timestamp '2020-07-13 10:20:30.456', 'd/M/yy h a')
format_datetime(timestamp '2020-07-13 10:20:30.456', 'EEE MMM')
format_datetime(timestamp '2020-07-13 10:20:30.456', 'EEEE MMMM')
format_datetime(timestamp '2020-07-13 10:20:30.456', 'w')
format_datetime(timestamp '2020-07-13 10:20:30.456', 'Z')
parse_datetime('2020-07-13', 'yyyy-MM-dd')
parse_datetime('2020-07-13 05:06', 'yyyy-MM-dd HH:mm')
year(timestamp '2020-07-13 10:20:30.456')
quarter(timestamp '2020-07-13 10:20:30.456')
month(timestamp '2020-07-13 10:20:30.456')
week(timestamp '2020-07-13 10:20:30.456')
week(date '2021-01-03')
day(timestamp '2020-07-13 10:20:30.456')
day_of_month(timestamp '2020-07-13 10:20:30.456')
day_of_week(timestamp '2020-07-13 10:20:30.456')
day_of_week(date '2020-07-12')
day_of_year(timestamp '2020-07-13 10:20:30.456')
dow(timestamp '2020-07-13 10:20:30.456')
doy(timestamp '2020-07-13 10:20:30.456')
yow(date '2021-01-03')
year_of_week(timestamp '2020-07-13 10:20:30.456')
hour(timestamp '2020-07-13 10:20:30.456')
minute(timestamp '2020-07-13 10:20:30.456')
second(timestamp '2020-07-13 10:20:30.456')
millisecond(timestamp '2020-07-13 10:20:30.456')
hour(date '2020-01-01')
hour(timestamp '2020-07-13 00:30:00 UTC' AT TIME ZONE 'Europe/Brussels')
extract(dow FROM timestamp '2020-07-13 10:20:30.456')
extract(year FROM timestamp '2020-07-13 10:20:30.456')
extract(hour FROM timestamp '2020-07-13 10:20:30.456')
extract(week FROM timestamp '2020-07-13 10:20:30.456')
extract(day FROM timestamp '2020-07-13 10:20:30.456')
extract(epoch FROM timestamp '2020-07-13 10:20:30.456')
extract(timezone_hour FROM timestamp '2020-07-13 00:30:00 UTC')
last_day_of_month(timestamp '2020-07-13 10:20:30.456')
last_day_of_month(date '2020-02-01')
from_unixtime(1594600200)
from_unixtime(1594600200.1235)
from_unixtime(-1.5)
from_unixtime(NULL)
from_unixtime(1594600200, 'Europe/Brussels')
from_unixtime_nanos(1594600200000000000)
to_unixtime(timestamp '2020-07-13 00:30:00.5')
to_unixtime(timestamp '2020-07-13 00:30:00.5 UTC')
to_unixtime(date '2020-07-13')
CAST(from_unixtime(1594600200) AS varchar)
CAST(from_unixtime(1594600200) AS date)
CAST(from_unixtime(0) AS timestamp)
from_iso8601_timestamp('2020-07-13T02:30:00+02:00')
from_iso8601_timestamp('2020-07-13T02:30:00Z')
from_iso8601_timestamp('2020-07-13T02:30:00.1239Z') AT TIME ZONE 'UTC'
from_iso8601_timestamp('2020-07-13') AT TIME ZONE 'UTC'
from_iso8601_timestamp('2020-W28-1') AT TIME ZONE 'UTC'
TRY(from_iso8601_timestamp('2020-07-13 00:30:00')) AT TIME ZONE 'UTC'
to_unixtime(from_iso8601_timestamp('2020-07-13T00:30:00.5Z'))
from_iso8601_date('2020-07-13')
from_iso8601_date('2020-W28-1')
from_iso8601_date('2020-7-3')
date('2020-07-13')
date(timestamp '2020-07-13 10:20:30.456')
date('2020-07-13 10:00:00')
to_iso8601(date '2020-07-13')
to_iso8601(timestamp '2020-07-13 10:20:30.456')
to_iso8601(timestamp '2020-07-13 00:00:00')
to_iso8601(timestamp '2020-07-13 00:30:00 UTC')
to_iso8601(from_unixtime(0))
timestamp '2020-07-13 10:20:30.456' AT TIME ZONE 'UTC'
timestamp '2020-07-13 10:20:30.456' AT TIME ZONE 'Europe/Brussels'
timestamp '2020-07-13 00:30:00 UTC' AT TIME ZONE 'America/New_York'
at_timezone(timestamp '2020-07-13 00:30:00 UTC', 'Europe/Brussels')
with_timezone(timestamp '2020-07-13 10:20:30.456', 'Europe/Brussels')
timestamp '2020-07-13 00:30:00 UTC' AT TIME ZONE '+02:00'
human_readable_seconds(96)
to_milliseconds(interval '1' day)
parse_duration('3.5h')
current_timezone()
current_date > date '2020-01-01'
now() > timestamp '2020-01-01 00:00:00'
current_timestamp > timestamp '2020-01-01 00:00:00'
localtimestamp > timestamp '2020-01-01 00:00:00'
typeof(localtimestamp)
age(timestamp '2020-07-13 10:20:30.456')
date_part('hour', timestamp '2020-07-13 10:20:30.456')
strftime(timestamp '2020-07-13 10:20:30.456', '%Y')
epoch(timestamp '2020-07-13 10:20:30.456')
to_date('2020', 'yyyy')
date_diff('day', current_date, current_date)
json_extract('{"a": {"b": [1, 2]}}', '$.a.b')
json_extract('{"a": {"b": [1, 2]}}', '$.a.b[0]')
json_extract('{"a": 1}', '$.x')
json_extract('{"a": null}', '$.a')
json_extract('nope', '$.a')
json_extract('{"a b": 1}', '$["a b"]')
json_extract('[1,2,3]', '$[1]')
json_extract('[1,2,3]', '$[*]')
json_extract('{"a": 1}', '$')
json_extract(json '{"b": 1, "a": 2}', '$')
json_extract('{"a": 1.50}', '$.a')
json_extract('{"a": "x"}', '$.a')
json_extract_scalar('{"a": 1.50}', '$.a')
json_extract_scalar('{"a": "x"}', '$.a')
json_extract_scalar('{"a": true}', '$.a')
json_extract_scalar('{"a": null}', '$.a')
json_extract_scalar('{"a": [1]}', '$.a')
json_extract_scalar('{"a": "q\"u\u00e9"}', '$.a')
json_extract_scalar('{"a": 1e3}', '$.a')
json_extract_scalar('{"a": 12345678901234567890}', '$.a')
json_extract_scalar('{"a": {"b": "c"}}', '$.a.b')
json_extract_scalar('[1,2]', '$[0]')
json_extract_scalar('[1,2]', '$[5]')
json_extract_scalar('{"A": 1}', '$.a')
json_extract_scalar('', '$.a')
json_extract_scalar(NULL, '$.a')
json_extract_scalar('{"a-b": 1}', '$.a-b')
json_extract_scalar('{"a": 1, "a": 2}', '$.a')
json_parse('{"b": 1, "a": [1.0, 2e0, "x"]}')
json_parse('nope')
TRY(json_parse('nope'))
json_parse('')
json_parse('1')
json_parse('"a"')
json_parse('null')
json_parse('[1, 2 ]')
json_parse('{"a": NaN}')
json_parse('[1,]')
json_parse(NULL)
json_format(json '{"b": 1, "a": 2}')
json_format(json_parse('[1.10]'))
json_format(CAST(ARRAY[1,2] AS json))
json_array_length('[1,2,3]')
json_array_length('{}')
json_array_length('[]')
json_array_contains('[1,2]', 2)
json_array_get('[1,2]', 1)
json_size('{"a": [1,2]}', '$.a')
json_size('{"a": {"b": 1}}', '$')
json_size('{"a": 1}', '$.a')
is_json_scalar('1')
is_json_scalar('[1]')
CAST(1 AS json)
CAST('a' AS json)
CAST(1.5e0 AS json)
CAST(1.5 AS json)
CAST(true AS json)
CAST(NULL AS json)
CAST(date '2020-01-01' AS json)
CAST(timestamp '2020-07-13 10:20:30.456' AS json)
CAST(ARRAY[1, NULL] AS json)
CAST(MAP(ARRAY['b', 'a'], ARRAY[1, 2]) AS json)
CAST(ROW(1, 'a') AS json)
CAST(CAST(ROW(1, 'a') AS row(x bigint, y varchar)) AS json)
CAST(json '1' AS bigint)
CAST(json '"12"' AS bigint)
CAST(json '1.7' AS bigint)
CAST(json 'true' AS bigint)
CAST(json '"x"' AS bigint)
CAST(json 'null' AS bigint)
CAST(json '1.5' AS double)
CAST(json '"1.5"' AS double)
CAST(json '"a"' AS varchar)
CAST(json '1.50' AS varchar)
CAST(json '12' AS varchar)
CAST(json '[1]' AS varchar)
CAST(json 'true' AS boolean)
CAST(json '"true"' AS boolean)
CAST(json '1' AS boolean)
CAST(json '[1, 2, null]' AS array(bigint))
CAST(json '[1, "x"]' AS array(varchar))
CAST(json '{"a": 1}' AS array(bigint))
CAST(json '{"a": 1, "b": null}' AS map(varchar, bigint))
CAST(json '{"a": [1]}' AS map(varchar, array(bigint)))
CAST(json '{"a": 1, "b": "x"}' AS row(a bigint, b varchar))
CAST(json '{"B": "x"}' AS row(a bigint, b varchar))
CAST(json_parse('{"a": 1, "b": {"c": 2}}') AS row(a bigint, b row(c integer))).b.c
CAST(json '[1, "x"]' AS row(a bigint, b varchar))
CAST(json_extract('{"a": [1, 2]}', '$.a') AS array(integer))
CAST(json '{"a": 1}' AS map(varchar, json))
CAST(json '[{"a": 1}]' AS array(row(a bigint)))
json '1' = json '1'
json_query('{"a": [1]}', 'lax $.a')
json_value('{"a": 1}', 'lax $.a')
json_exists('{"a": 1}', 'lax $.a')
json_object('a': 1)
json_array(1, 2)
json_keys('{"a":1}')
json_object_keys('{}')
ARRAY[1, 2, 3]
ARRAY[]
ARRAY[1, NULL]
ARRAY['a', 'bc']
ARRAY[1, 2.5]
ARRAY[1, 'a']
ARRAY[ARRAY[1], ARRAY[2, 3]]
ARRAY[1, 2][1]
ARRAY[1, 2][3]
ARRAY[1, 2][0]
element_at(ARRAY[1, 2], 1)
element_at(ARRAY[1, 2], -1)
element_at(ARRAY[1, 2], 5)
element_at(ARRAY[1, 2], 0)
cardinality(ARRAY[1, 2])
cardinality(ARRAY[])
cardinality(NULL)
contains(ARRAY[1, 2], 2)
contains(ARRAY[1, NULL], 2)
contains(ARRAY[1, NULL], 1)
array_position(ARRAY[1, 2], 2)
array_position(ARRAY[1, 2], 5)
array_distinct(ARRAY[3, 1, 3, 2])
array_distinct(ARRAY[1, NULL, NULL])
array_sort(ARRAY[3, 1, NULL, 2])
array_sort(ARRAY['b', 'a'])
array_sort(ARRAY[3, 1, 2], (x, y) -> IF(x < y, 1, IF(x = y, 0, -1)))
array_max(ARRAY[1, 3, 2])
array_min(ARRAY[1, 3, 2])
array_max(ARRAY[1, NULL])
array_max(ARRAY[])
array_join(ARRAY['a', NULL, 'b'], ',')
array_join(ARRAY['a', NULL, 'b'], ',', 'x')
array_join(ARRAY[1, 2], ',')
array_join(ARRAY[1.5e0], ',')
array_remove(ARRAY[1, 2, 1], 1)
array_remove(ARRAY[1, NULL], 1)
array_union(ARRAY[1, 2], ARRAY[2, 3])
array_intersect(ARRAY[1, 2, 2], ARRAY[2, 3])
array_except(ARRAY[1, 2, 2], ARRAY[1])
arrays_overlap(ARRAY[1, 2], ARRAY[2])
arrays_overlap(ARRAY[1, NULL], ARRAY[2])
concat(ARRAY[1], ARRAY[2])
ARRAY[1] || ARRAY[2]
ARRAY[1] || 2
1 || ARRAY[2]
flatten(ARRAY[ARRAY[1], ARRAY[2, 3]])
flatten(ARRAY[ARRAY[1], NULL])
reverse(ARRAY[1, 2])
sequence(1, 5)
sequence(5, 1)
sequence(1, 10, 3)
sequence(date '2020-01-01', date '2020-01-03', interval '1' day)
sequence(date '2020-01-01', date '2020-01-03')
sequence(timestamp '2020-01-01 00:00:00', timestamp '2020-01-01 02:00:00', interval '1' hour)
slice(ARRAY[1, 2, 3, 4], 2, 2)
slice(ARRAY[1, 2, 3, 4], -2, 2)
slice(ARRAY[1, 2], 5, 2)
slice(ARRAY[1, 2], 0, 1)
slice(ARRAY[1, 2, 3], 2, 10)
repeat(1, 3)
repeat('a', 2)
repeat(NULL, 2)
transform(ARRAY[1, 2], x -> x + 1)
transform(ARRAY['a', 'b'], x -> upper(x))
transform(ARRAY[1, NULL], x -> coalesce(x, 0))
transform(ARRAY[ARRAY[1, 2]], x -> transform(x, y -> y * 2))
filter(ARRAY[1, 2, 3], x -> x > 1)
filter(ARRAY[1, NULL], x -> x IS NOT NULL)
reduce(ARRAY[1, 2, 3], 0, (s, x) -> s + x, s -> s)
reduce(ARRAY[1, 2, 3], 0e0, (s, x) -> s + x, s -> s / 3)
reduce(ARRAY['a', 'b'], '', (s, x) -> s || x, s -> s)
reduce(ARRAY[], 0, (s, x) -> s + x, s -> s)
any_match(ARRAY[1, 2], x -> x = 2)
all_match(ARRAY[1, 2], x -> x > 0)
none_match(ARRAY[1, 2], x -> x > 5)
any_match(ARRAY[], x -> true)
any_match(ARRAY[1, NULL], x -> x = 5)
all_match(ARRAY[1, NULL], x -> x > 0)
zip(ARRAY[1, 2], ARRAY['a', 'b'])
zip(ARRAY[1, 2], ARRAY['a'])
zip_with(ARRAY[1, 2], ARRAY[3, 4], (x, y) -> x + y)
zip_with(ARRAY[1, 2], ARRAY[3], (x, y) -> x + y)
array_histogram(ARRAY[1, 1, 2])
ngrams(ARRAY['a', 'b', 'c'], 2)
combinations(ARRAY[1, 2, 3], 2)
shuffle(ARRAY[1])
trim_array(ARRAY[1, 2, 3], 1)
contains_sequence(ARRAY[1, 2, 3], ARRAY[2, 3])
dot_product(ARRAY[1e0, 2e0], ARRAY[3e0, 4e0])
array_agg(1)
list_sum(ARRAY[1])
array_sum(ARRAY[1])
array_length(ARRAY[1])
len(ARRAY[1])
unnest(ARRAY[1])
MAP(ARRAY['a', 'b'], ARRAY[1, 2])
MAP()
MAP(ARRAY['a', 'a'], ARRAY[1, 2])
MAP(ARRAY['a', NULL], ARRAY[1, 2])
MAP(ARRAY['a'], ARRAY[1])['a']
MAP(ARRAY['a'], ARRAY[1])['b']
element_at(MAP(ARRAY['a'], ARRAY[1]), 'a')
element_at(MAP(ARRAY['a'], ARRAY[1]), 'b')
cardinality(MAP(ARRAY['a'], ARRAY[1]))
map_keys(MAP(ARRAY['b', 'a'], ARRAY[1, 2]))
map_values(MAP(ARRAY['b', 'a'], ARRAY[1, 2]))
map_entries(MAP(ARRAY['a'], ARRAY[1]))
map_from_entries(ARRAY[ROW('a', 1)])
map_concat(MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['b'], ARRAY[2]))
map_concat(MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['a'], ARRAY[2]))
map_filter(MAP(ARRAY['a', 'b'], ARRAY[1, 2]), (k, v) -> v > 1)
transform_values(MAP(ARRAY['a'], ARRAY[1]), (k, v) -> v + 1)
transform_keys(MAP(ARRAY['a'], ARRAY[1]), (k, v) -> upper(k))
map_zip_with(MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['a'], ARRAY[2]), (k, x, y) -> x + y)
map_filter(MAP(ARRAY['a'], ARRAY[1]), (k, v) -> k = 'x')
contains(map_keys(MAP(ARRAY['a'], ARRAY[1])), 'a')
ROW(1, 'a')
ROW(1, 'a')[1]
ROW(1, 'a')[2]
ROW(1, 'a')[3]
CAST(ROW(1, 'x') AS ROW(a bigint, b varchar)).b
CAST(ROW(1, 'x') AS ROW(a bigint, b varchar))
CAST(ROW('1') AS ROW(a bigint))
CAST(ARRAY[1, 2] AS array(varchar))
CAST(ARRAY['1'] AS array(bigint))
CAST(MAP(ARRAY['a'], ARRAY[1]) AS map(varchar, bigint))
CAST(ARRAY[1] AS array(double))
CAST(NULL AS array(bigint))
multimap_from_entries(ARRAY[ROW('a', 1), ROW('a', 2)])
struct_pack(a := 1)
typeof(ARRAY[1])
typeof(MAP(ARRAY['a'], ARRAY[1]))
typeof(ROW(1, 'a'))
typeof(CAST(ROW(1) AS ROW(a bigint)))
typeof(CAST('a' AS varchar))
typeof('abc')
typeof(NULL)
typeof(1.5)
typeof(CAST(1 AS decimal(10,2)))
typeof(1 + 1)
typeof(true)
typeof(X'00')
typeof(json '1')
typeof(from_unixtime(0))
typeof(CAST('a' AS varchar(5)))
typeof(CAST(1 AS double))
typeof(timestamp '2020-07-13 10:20:30')
typeof(CAST('2020-07-13 10:20:30' AS timestamp))
typeof(12345678901)
typeof(100.)
typeof(00.5)
typeof('a' || 'b')
typeof(CAST(1.5 AS real))
typeof(count(*))
typeof(99999999999999999999)
typeof(9223372036854775808)
typeof(9223372036854775807)
typeof(12345678901234567890.12345678901234567890123)
typeof(CAST('abc' AS integer))
typeof(CAST(300 AS tinyint))
typeof(CAST(1 AS decimal(39,2)))
typeof(1) || 'a'
typeof(TRY_CAST('abc' AS integer))
interval '1' week
extract(hour from interval '36' hour)
hour(interval '36' hour)
date '2020-03-01' - date '2020-02-01'
date '2020-02-01' - date '2020-03-01'
CAST(NULL AS date) - date '2020-03-01'
interval '36' hour
interval '-90' second
interval '1' day * 3
interval '1.5' second
interval '1' day + interval '2' hour
- interval '1' day
timestamp '2020-07-13 10:20:30.456' - timestamp '2020-07-14 10:20:30.123'
ARRAY[interval '1' day]
ROW(interval '1' day)
date '2020-03-01' - date '2020-02-01' > interval '10' day
extract(day FROM date '2020-03-01' - date '2020-02-01')
interval -'90' minute
interval +'90' minute
interval '1' day / 2
interval '1' day / 2e0
2 * interval '1' day
interval '1' day * 1.5
interval '2' day / interval '1' day
interval '1' month * 2
CAST(1 AS float)
CAST('1.5' AS float)
TRY_CAST(1 AS float)
CAST('x' AS string)
CAST('x' AS text)
CAST(1 AS numeric(5, 2))
CAST(1 AS dec(5, 2))
CAST(1 AS int64)
CAST(1 AS bool)
CAST(1 AS double precision)
CAST(1 AS integer)
CAST('2020-01-01' AS datetime)
CAST('2020-01-01' AS timestamp without time zone)
CAST('x' AS character varying)
CAST('x' AS nvarchar)
CAST(ARRAY[1] AS array(float))
CAST(ARRAY[1] AS array<bigint>)
CAST(MAP(ARRAY['a'], ARRAY[1]) AS map<varchar, bigint>)
CAST(ROW(1) AS row(a float))
CAST('a' AS uuid)
CAST('12151fd2-7586-11e9-8f9e-2a86e4085a59' AS uuid)
CAST('10.0.0.1' AS ipaddress)
CAST(1 AS foo)
double '1'
real '1.5'
float '1.5'
string 'x'
smallint '7'
typeof(CAST(1 AS double precision))
typeof(real '1.5')
format('%s', 'a')
format('%s and %s', 1, true)
format('%d%%', 5)
format('%,d', 1234567)
format('%,d', -1234567)
format('%05d', 42)
format('%05d', -42)
format('%8d|', 42)
format('%-8d|', 42)
format('%-8s|%8s|', 'ab', 'cd')
format('%,12d|', 1234567)
format('%.2f', 1.005e0)
format('%.2f', 0.125e0)
format('%.2f', 2.675e0)
format('%.2f', -0.001e0)
format('%.1f', 0.25e0)
format('%.0f', 0.5e0)
format('%.0f', 2.5e0)
format('%f', 1e10)
format('%f', 1.23456789e0)
format('%,.2f', 1234567.891e0)
format('%10.2f|', 3.14159e0)
format('%-10.2f|', 3.14159e0)
format('%.2f', infinity())
format('%.2f', 1.005)
format('%.1f', CAST(12345.65 AS decimal(10,2)))
format('%,.1f', CAST(12345.65 AS decimal(10,2)))
format('%.2f', 1e300)
format('%d', CAST(NULL AS bigint))
format('%6d|', CAST(NULL AS bigint))
format('%.2f', CAST(NULL AS double))
format('%s', CAST(NULL AS varchar))
format('%s', 1.5e0)
format('%x', 255)
format('%1$s %1$s', 'a')
format('%s', date '2020-07-13')
format('%d', 1.5e0)
format('%d')
format('%q', 1)
format('%.2f', 1)
format('a%nb', 1)
format('%s', 'a', 'b')
format('%10s|', 'é😀')
length(format('%5s', '😀'))
abs(-5)
abs(-1.5)
abs(-1.5e0)
ceil(1.2e0)
ceil(-1.2e0)
ceiling(1.2)
ceil(5)
floor(1.7e0)
floor(-1.2)
floor(5)
round(2.5e0)
round(-2.5e0)
round(3.5e0)
round(2.345e0, 2)
round(1234.5e0, -2)
round(2.5)
round(1.55, 1)
round(-1.55, 1)
round(1234, -2)
round(5)
round(nan())
round(1.005e0, 2)
truncate(1.7e0)
truncate(-1.7e0)
truncate(1.77, 1)
truncate(1.7)
sqrt(16)
sqrt(-1e0)
cbrt(27)
power(2, 10)
pow(2e0, 0.5e0)
exp(1)
ln(10)
ln(0)
ln(-1)
log10(1000)
log2(8)
log(2, 8)
log(10)
mod(7, 3)
mod(-7, 3)
mod(7.5, 2)
mod(7e0, 2.5e0)
sign(-5)
sign(0.5e0)
sign(-1.5)
sign(nan())
pi()
e()
sin(1)
cos(1)
tan(1)
asin(1)
acos(2)
atan(1)
atan2(1, 2)
sinh(1)
cosh(1)
tanh(1)
degrees(pi())
radians(180)
is_nan(nan())
is_nan(1)
is_finite(1)
is_infinite(infinity())
width_bucket(5, 0, 10, 5)
width_bucket(5e0, ARRAY[1e0, 5e0, 10e0])
bitwise_and(12, 10)
bitwise_or(12, 10)
bitwise_xor(12, 10)
bitwise_not(5)
bitwise_left_shift(1, 3)
bitwise_right_shift(8, 2)
bit_count(7, 64)
from_base('ff', 16)
from_base('zz', 36)
from_base('x', 10)
to_base(255, 16)
to_base(-5, 2)
to_base(0, 2)
random() < 1
rand() >= 0
uuid() IS NOT NULL
factorial(5)
gcd(4, 6)
even(3)
isnan(1e0)
isfinite(1e0)
2 ^ 3
5 // 2
1::bigint
NULL::int
coalesce(NULL, 1)
coalesce(NULL, NULL)
coalesce(1, 2.5)
coalesce('a', 1)
nullif(1, 1)
nullif(1, 2)
nullif(1, 1.0)
nullif('a', 'b')
if(1 > 2, 'a')
if(1 < 2, 'a', 'b')
if(NULL, 1, 2)
if(true, 1, 2.5)
if(true, 1, 'a')
ifnull(1, 2)
iff(true, 1, 2)
CASE WHEN 1 > 2 THEN 'a' ELSE 'b' END
CASE 1 WHEN 1 THEN 'one' WHEN 2 THEN 'two' END
CASE NULL WHEN NULL THEN 1 ELSE 2 END
CASE WHEN true THEN 1 ELSE 2.5 END
CASE WHEN true THEN 1 ELSE 'a' END
CASE 'a' WHEN 1 THEN 2 END
TRY(CAST('x' AS bigint))
TRY(1 / 0) + 1
TRY(json_parse('x'))
TRY(element_at(ARRAY[1], 0))
TRY(ARRAY[1][5])
url_extract_host('https://a.b:80/c?d=e#f')
url_extract_path('https://a.b/c%20d?d=e')
url_extract_query('https://a.b/c?d=e&f=g')
url_extract_protocol('https://a.b/')
url_extract_port('https://a.b:8080/')
url_extract_port('https://a.b/')
url_extract_fragment('https://a.b/#x')
url_extract_parameter('https://a.b/?x=1&y=a%20b', 'y')
url_extract_parameter('https://a.b/?x=1', 'z')
url_extract_host('nope')
url_extract_host('http://[bad')
url_extract_host('')
url_extract_path('https://a.b')
url_extract_query('https://a.b/')
url_encode('a b&c/é')
url_encode('a*b~c-d_e.f')
url_decode('a%20b+c')
url_decode('%zz')
bar(0.5e0, 10)
color('red')
uuid
hash('a')
md5('a')
sha256('a')
array_to_string(ARRAY['a'], ',')
string_split('a,b', ',')
regexp_matches('a', 'a')
list_value(1)
date_sub('day', date '2020-01-01', date '2020-01-02')
datediff('day', date '2020-01-01', date '2020-01-02')
printf('%d', 1)
nvl(1, 2)
trunc(1.5e0)
len('a')
current_user IS NOT NULL
version() IS NOT NULL
current_catalog
current_schema
interval '1' day + 1.5
interval '1' day - 2
1 + interval '1' day
array_position(ARRAY[1], true)
array_position(ARRAY[1], 1)
array_position(ARRAY[1], 1e0)
array_remove(ARRAY[1], json '1')
array_remove(ARRAY['a'], 'a')
contains(ARRAY[1], true)
contains(ARRAY[1], 1)
contains(ARRAY['a'], 'b')
contains(ARRAY[date '2020-01-01'], timestamp '2020-01-01 00:00:00')
MAP(ARRAY[1], ARRAY['a'])['1']
MAP(ARRAY[1], ARRAY['a'])[1]
MAP(ARRAY['a'], ARRAY['a'])['a']
MAP(ARRAY['a'], ARRAY['a'])[1]
ARRAY['a', 'b'][2]
ARRAY['a', 'b']['1']
MAP(ARRAY[ROW(1, 'a')], ARRAY[1])
MAP(ARRAY[ARRAY[1]], ARRAY[1])
DECIMAL '1e3'
CAST('1e3' AS decimal(5, 1))
repeat(1, -1)
element_at(ARRAY['a'], 1)

-- scalar: the shapes of Extract
TRY(CAST(json_parse('{"a": 1.5, "b": [1], "c": "x"}') AS ROW(a varchar, b JSON, c varchar)))
TRY(CAST(json_parse('{"a": [1], "b": 1}') AS ROW(a varchar, b JSON)))
TRY(CAST(json_parse('{"a": {"x": 1}, "b": 1}') AS ROW(a varchar, b JSON)))
TRY(CAST(json_parse('{"a": null, "b": null}') AS ROW(a varchar, b JSON)))
TRY(CAST(json_parse('{"A": "x"}') AS ROW(a varchar, b JSON)))
TRY(CAST(json_parse('{"a": 1, "a": 2}') AS ROW(a varchar, b JSON)))
TRY(CAST(json_parse('{"b": 1, "b": 2}') AS ROW(a varchar, c JSON)))
TRY(CAST(json_parse('{"a": "q\"\\\u0041\n"}') AS ROW(a varchar, b JSON)))
TRY(CAST(json_parse('{"a": true, "b": "t"}') AS ROW(a varchar, b varchar)))
TRY(CAST(json_parse('{"a": 12345678901234567890, "b": 1e400}') AS ROW(a varchar, b varchar)))
TRY(CAST(json_parse('{"a": -0, "b": 0.0, "c": 1e2}') AS ROW(a varchar, b varchar, c varchar)))
TRY(CAST(json_parse('{"a": "{x", "b": "[y"}') AS ROW(a varchar, b varchar)))
TRY(CAST(json_parse('[1, "x"]') AS ROW(a varchar, b JSON)))
TRY(CAST(json_parse('null') AS ROW(a varchar, b JSON)))
TRY(CAST(json_parse('"x"') AS ROW(a varchar, b JSON)))
TRY(CAST(json_parse('{') AS ROW(a varchar, b JSON)))
TRY(CAST(json_parse('{"a": "x", "b": 1}') AS ROW(a bigint, b JSON)))
TRY(CAST(json_parse('{"a": "12", "b": 1.5}') AS ROW(a bigint, b double)))
TRY(CAST(json_parse('{"a": {"b": "x"}}') AS ROW(a ROW(b varchar))))
CAST(json_parse('{"a": [1]}') AS ROW(a varchar))
TRY(CAST(json_parse('{"a b": 1}') AS ROW("a b" varchar))).b
TRY(CAST(json_parse('{"a": "x", "b": {"c": [1, 2]}}') AS ROW(a varchar, b JSON))).b
zip_with(ARRAY['a', NULL], ARRAY[1, 2], (x, y) -> coalesce(x, 'n') || CAST(y AS varchar))
zip_with(CAST(NULL AS array(integer)), ARRAY[1], (x, y) -> x + y)
zip_with(ARRAY[1], CAST(NULL AS array(integer)), (x, y) -> x + y)
zip_with(ARRAY[], ARRAY[], (x, y) -> 1)
zip_with(ARRAY[1, 2], ARRAY[ARRAY[3], ARRAY[4]], (x, y) -> transform(y, z -> z + x))
zip_with(ARRAY[1, 2], ARRAY[3, 4], (x, y) -> reduce(ARRAY[x, y], 0, (y, x) -> y + x, s -> s))
zip_with(ARRAY[ROW(1, 'a')], ARRAY[2], (x, y) -> x[1] + y)
zip_with(ARRAY['1', 'x', NULL], ARRAY[1e0, 2e0, 3e0], (x, y) -> CASE WHEN regexp_like(x, '^[0-9]+$') THEN TRY_CAST(x AS bigint) WHEN abs(y) <= 9007199254740991 THEN TRY_CAST(y AS bigint) END)
transform(ARRAY['12', 'x', NULL, ' 1', '9223372036854775808'], x -> TRY_CAST(x AS bigint))
transform(ARRAY['1.5', 'x', NULL, '1e400', 'NaN'], x -> TRY_CAST(x AS double))
transform(ARRAY['1', 'x', NULL], x -> CASE WHEN regexp_like(x, '[0-9]') THEN TRY_CAST(x AS double) END)
transform(ARRAY['2020-01-02T03:04:05Z', 'x', NULL], x -> CAST(TRY(from_iso8601_timestamp(x)) AT TIME ZONE 'UTC' AS timestamp))
transform(ARRAY[json '1', json '"x"', json '[1]', json 'null', NULL], x -> TRY_CAST(x AS varchar))
transform(ARRAY[json '1.5', json '"x"', json '[1]', json 'null', NULL], x -> json_extract_scalar(x, '$'))
transform(ARRAY[json '1', json '[1]', NULL], x -> is_json_scalar(x))
transform(ARRAY[json '{"b": 1, "a": 2}', NULL], x -> json_format(x))
transform(CAST(NULL AS array(varchar)), x -> upper(x))
transform(ARRAY[1, NULL], x -> x IS NULL)
filter(ARRAY[1, NULL, 3], x -> x > 1)
filter(ARRAY['a', NULL], x -> x IS NOT NULL)
filter(CAST(NULL AS array(integer)), x -> true)
array_join(ARRAY[NULL, 'a', NULL], ',')
array_join(CAST(ARRAY[NULL, NULL] AS array(varchar)), ',')
array_join(CAST(NULL AS array(varchar)), ',')
array_join(ARRAY['a'], NULL)
array_join(filter(zip_with(ARRAY['a', 'b', 'c'], ARRAY[true, false, NULL], (n, m) -> CASE WHEN m THEN n END), n -> n IS NOT NULL), ',')
ARRAY['a', NULL][2]
ARRAY['a', NULL][1 + 1]
CAST(NULL AS array(integer))[3]
ARRAY[1, 2][CAST(NULL AS integer)]
ARRAY[1, 2][-1]
transform(ARRAY[1, 2], x -> ARRAY['a', 'b'][x])
MAP(ARRAY['a', 'b'], ARRAY[1, NULL])['b']
MAP(ARRAY['a'], ARRAY[1])['b']
MAP(ARRAY[1, 2], ARRAY['a', 'b'])[2]
MAP(ARRAY[1, 2], ARRAY['a', 'b'])[3]
CAST(ROW(NULL, 'x') AS ROW(a bigint, b varchar))
CAST(ROW('1', 2) AS ROW(a bigint, b varchar)).a
CAST(ROW(1, ROW('x', 2)) AS ROW(a bigint, b ROW(c varchar, d double)))
CAST(ROW(2.5e0, 3) AS ROW(a bigint, b double))
TRY_CAST(ROW('x', 2) AS ROW(a bigint, b varchar))
cardinality(CAST(NULL AS array(integer)))
cardinality(ARRAY[NULL, NULL])
ARRAY[1, NULL] || ARRAY[NULL]
ARRAY[1] || CAST(NULL AS array(integer))
ARRAY['a'] || 'b'
ARRAY[true] || transform(ARRAY[1], x -> x IS NULL)
ARRAY[] || ARRAY[1]
TRY_CAST('12' AS bigint)
TRY_CAST('+12' AS bigint)
TRY_CAST('-12' AS integer)
TRY_CAST(' 12' AS bigint)
TRY_CAST('1.5' AS bigint)
TRY_CAST('1e3' AS bigint)
TRY_CAST('1_000' AS bigint)
TRY_CAST('0x10' AS bigint)
TRY_CAST('' AS bigint)
TRY_CAST('9223372036854775807' AS bigint)
TRY_CAST(TRY_CAST('2.5' AS double) AS bigint)
TRY_CAST('1e3' AS double)
TRY_CAST(' 1.5 ' AS double)
TRY_CAST('.5' AS double)
TRY_CAST('5.' AS double)
TRY_CAST('Infinity' AS double)
TRY_CAST('1_0' AS double)
CAST(1e10 AS varchar)
CAST(1.5e-4 AS varchar)
CAST(-1594700000.5e0 AS varchar)
CAST(1.0 AS varchar)
lpad('5', 2, '0')
chr(65279)
regexp_extract('s3://b/event_date=2020-07-13/x', '/event_date=([^/]*)/', 1)
replace('2020/07', '/', '-')
lower(to_hex(md5(to_utf8('a'))))
from_utf8(to_utf8('é'))
greatest(1, 2)
least(1, NULL)
CAST(from_unixtime(1594600200.1235) AT TIME ZONE 'UTC' AS varchar)
CAST(from_unixtime(1594600200) AT TIME ZONE 'UTC' AS timestamp)
CAST(from_iso8601_timestamp('2020-07-13T02:30:00.1239+02:00') AT TIME ZONE 'UTC' AS timestamp)
TRY(from_iso8601_timestamp('2020-07-13 00:30:00'))
TRY(from_iso8601_timestamp('epoch'))
TRY(from_iso8601_timestamp('2020-02-30T00:00:00Z'))
TRY(from_iso8601_timestamp('2020-07-13T25:00:00Z'))
TRY(from_iso8601_timestamp('2020-07-13T00:00:00+15:00'))
CAST(from_iso8601_timestamp('2020-07-13') AT TIME ZONE 'UTC' AS timestamp)
CAST(from_iso8601_timestamp('2020-07-13T10+0200') AT TIME ZONE 'UTC' AS timestamp)
date_format(timestamp '2020-12-31 23:05:09.120', '%Y-%m-%dT%H:%i:%s')
date_add('hour', -840, timestamp '2020-07-13 00:00:00')
date_trunc('hour', timestamp '2020-07-13 00:59:59')
hour(timestamp '2020-07-13 05:00:00')
CAST(timestamp '2020-07-13 05:00:00' AS varchar)
CAST('2020-07-13 05:00' || ':00.1239' AS timestamp)
TRY_CAST('2020-07-13' || 'T05:00:00' AS timestamp)
TRY_CAST(concat('2020-7', '-3') AS date)
from_unixtime(0) < current_timestamp
ROW(1, 'a') IN (ROW(1, 'a'))
element_at(ARRAY[1, 2], 2)
element_at(MAP(ARRAY['a'], ARRAY[1]), 'a')
json_extract_scalar('{"a":{"b":1.0}}', '$.a.b')
json_extract_scalar('{"a":{"b":1}}', '$["a"]["b"]')
json_extract_scalar('{"a":{"b":1}}', '$.a')
json_extract_scalar('{"a":[1]}', '$.a')
json_extract_scalar('nope', '$.a')
is_json_scalar(json_parse('[1]'))
TRY_CAST(json_parse('"12"') AS bigint)
TRY_CAST(json_parse('12.5') AS bigint)
TRY_CAST(json_parse('true') AS bigint)
TRY_CAST(json_parse('"x"') AS double)
TRY_CAST(json_parse('{}') AS boolean)
CAST(json_parse('{"a":"5","b":[1]}') AS ROW(a bigint, b array(bigint))).a
CAST(json_parse('null') AS varchar)
json_format(json_parse('{"b": 1, "a": [1e3, "x"]}'))
json_format(json_parse('1594700000.5'))
json_format(json_parse('"é"'))
json_format(json_parse('-0'))
map_filter(MAP(ARRAY['a', 'b'], ARRAY[1, NULL]), (k, v) -> v IS NULL)
transform_values(MAP(ARRAY['a'], ARRAY[ARRAY[1]]), (k, v) -> transform(v, x -> k || CAST(x AS varchar)))
reduce(ARRAY[1, NULL, 3], 0, (s, x) -> s + coalesce(x, 0), s -> s * 10)
reduce(ARRAY[], 0, (s, x) -> s, s -> s)
reduce(ARRAY['a', 'b'], '', (s, x) -> s || x, s -> upper(s))
any_match(CAST(NULL AS array(integer)), x -> x = 1)
none_match(ARRAY[1, NULL], x -> x = 5)
transform(ARRAY[1, 2], i -> ARRAY[10, 20, 30][i + 1])
transform(ARRAY[ARRAY[1, 2], ARRAY[3]], x -> cardinality(x))
filter(ARRAY['a1', 'b', NULL], x -> regexp_like(x, '\d$'))
array_sort(ARRAY['b', NULL, 'a'])
array_join(transform(ARRAY[1.5e0, NULL], x -> x * 2), '-', 'none')
split('a.b.c', '.')[2]
element_at(split('a.b.c', '.'), -1)
element_at(split('a', '.'), 5)
cardinality(filter(split('a,,b', ','), x -> x <> ''))
regexp_like('a' || chr(10), 'a$')
regexp_like('A', '(?i)a')
regexp_extract('a=1;b=2', 'b=(\d+)$', 1)
regexp_extract('x', '(y)|(x)', 1)
regexp_extract('x', '(y)|(x)', 2)
regexp_extract('2020-07', '(\d{4})-(\d{2})', 2)
regexp_replace('a1b22', '\d+', '#')
regexp_replace('abc', '(a)(x)?', '[$1$2]')
regexp_extract_all('a1b22', '\d+')
regexp_extract_all('a1b22', '([a-z])(\d+)', 2)
0e0 / 0e0 IS NULL
5.00 / 2
CAST(1 AS decimal(10,2)) / 3
CAST(10 AS decimal(5,0)) / CAST(4 AS decimal(5,3))
-1.00 / 3
1 / 3.0 * 3
DECIMAL '10.5' % 3
CAST('1.005' AS decimal(4,2))
CAST('-1.005' AS decimal(4,2))
CAST(2.675e0 AS decimal(4,2))
TRY_CAST('x' AS decimal(3,1))
TRY_CAST('1e2' AS decimal(5,1))
TRY_CAST('1000' AS decimal(3,1))
CAST(1.5 AS bigint)
CAST(-2.5 AS bigint)
CAST('abc' AS varchar(10))
CAST(123 AS varchar(3))
CAST(1234 AS varchar(3))
CAST(true AS varchar(4))
CAST(CAST('2020-01-02 03:04:05' AS timestamp) AS varchar)
CAST(current_timestamp AS varchar) IS NULL
CAST(CAST('2020-01-02' AS date) AS timestamp)
CAST(timestamp '2020-01-02 03:04:05.000' AS date)
date_format(date '2020-01-02', '%Y/%m/%d')
date_format(timestamp '2020-01-02 15:04:05.678', '%W %M %e %l %p %f %j')
date_parse('02/01/2020 15:04', '%d/%m/%Y %H:%i')
date_parse('2020-01-02 03:04:05.678', '%Y-%m-%d %H:%i:%s.%f')
TRY(date_parse('2020-01-01x', '%Y-%m-%d'))
format_datetime(timestamp '2020-07-13 10:20:30.456', 'yyyyMMdd''at''HHmm')
parse_datetime('13.07.2020', 'dd.MM.yyyy')
date_trunc('quarter', timestamp '2020-08-15 10:00:00.000')
date_add('month', 1, date '2020-01-31')
date_diff('day', timestamp '2020-01-01 12:00:00', timestamp '2020-01-03 11:00:00')
date '2020-03-31' - interval '1' month
timestamp '2020-01-01 00:00:00.000' + interval '1' day
extract(dow FROM date '2020-07-12')
hour(timestamp '2020-07-13 23:30:00.000 UTC' AT TIME ZONE 'Europe/Brussels')
date(timestamp '2020-07-13 23:30:00.000 UTC' AT TIME ZONE 'Europe/Brussels')
CAST(timestamp '2020-07-13 23:30:00.000 UTC' AT TIME ZONE 'Europe/Brussels' AS timestamp)
date_format(date_trunc('day', timestamp '2020-07-13 23:30:00.000 UTC' AT TIME ZONE 'Europe/Brussels'), '%Y-%m-%d')
to_unixtime(timestamp '2020-07-13 00:00:00.000 UTC')
from_unixtime(0)
json_extract_scalar('{"a": {"b": [1, {"c": "x"}]}}', '$.a.b[1].c')
json_extract_scalar('{"a b": 1}', '$["a b"]')
json_extract_scalar('{"a": 12.50}', '$.a')
json_extract_scalar(json_parse('{"a": 12.50}'), '$.a')
json_extract('{"a": [1, 2.50]}', '$.a')
json_extract('{"a": {"z": 1, "b": 2}}', '$.a')
json_array_length(json_extract('{"a": [1, 2]}', '$.a'))
json_size('{"a": {"x": 1, "y": 2}}', '$.a')
CAST(json_extract('{"a": [1, 2]}', '$.a') AS array(bigint))
CAST(json_parse('{"a": 1, "b": 2}') AS map(varchar, bigint))
CAST(json_parse('{"a": "x"}') AS map(varchar, varchar))['a']
CAST(json_parse('["a", null, 1.5]') AS array(varchar))
transform(CAST(json_parse('[{"a": 1}, {"a": 2}]') AS array(json)), x -> json_extract_scalar(x, '$.a'))
if(1 > 2, 'a', 'b')
coalesce(CAST(NULL AS varchar), 'x')
greatest('a', 'b')
greatest(date '2020-01-01', date '2021-01-01')
nullif('a', 'a')
ARRAY[1, 2] || ARRAY[3]
trim(BOTH FROM '  a ')
lpad('7', 3, '0')
chr(97)
to_hex(from_base64('AQI='))
length('é')
reverse('abc')

-- aggregate: each line is an expression over the rows t
count(*)
count(n)
count(DISTINCT k)
count_if(n > 1)
sum(n)
sum(d)
sum(p)
sum(DISTINCT n)
avg(n)
avg(d)
avg(p)
avg(DISTINCT n)
min(n)
max(x)
max(dt)
min(b)
max(d)
max(n, 2)
min(n, 2)
max_by(x, n)
min_by(x, n)
max_by(x, n, 2)
max_by(k, d)
max_by(n, x)
arbitrary(k) IS NOT NULL
any_value(k) IS NOT NULL
array_agg(n ORDER BY n)
array_agg(n ORDER BY n NULLS FIRST)
array_agg(n ORDER BY n DESC)
array_agg(x ORDER BY k DESC, n)
array_sort(array_agg(DISTINCT k))
array_agg(n ORDER BY n) FILTER (WHERE n > 1)
array_agg(n) FILTER (WHERE n > 100)
count(*) FILTER (WHERE n > 1)
sum(n) FILTER (WHERE k = 'u')
bool_and(b)
bool_or(b)
every(b)
stddev(n)
stddev_pop(n)
stddev_samp(d)
variance(n)
var_pop(n)
var_samp(n)
skewness(n)
kurtosis(n)
corr(n, d)
covar_pop(n, d)
covar_samp(n, d)
regr_slope(n, d)
regr_intercept(n, d)
geometric_mean(n)
approx_distinct(k)
approx_percentile(n, 0.5)
approx_percentile(d, 0.5)
approx_percentile(n, ARRAY[0.25, 0.75])
approx_percentile(n, 0)
approx_percentile(n, 1)
approx_percentile(d, 0.9)
histogram(k)
histogram(ARRAY[k])
histogram(ROW(k))
histogram(n)
histogram(dt)
histogram(d)
sum(interval '1' day)
sum(dt - date '2020-01-01')
avg(dt - date '2020-01-01')
min(dt - date '2020-01-01')
max(interval '1' day * n)
map_agg(k, n)
map_agg(x, n)
multimap_agg(k, n)
map_union(MAP(ARRAY[k], ARRAY[n]))
map_agg(k || CAST(n AS varchar), n)
listagg(x, ',') WITHIN GROUP (ORDER BY x)
listagg(x, ',') WITHIN GROUP (ORDER BY x DESC)
listagg(k) WITHIN GROUP (ORDER BY n)
checksum(n)
bitwise_and_agg(n)
bitwise_or_agg(n)
bitwise_xor_agg(n)
numeric_histogram(2, d)
entropy(n)
median(n)
mode(n)
product(n)
string_agg(x, ',')
set_agg(x)
set_union(ARRAY[x])
percentile_cont(0.5) WITHIN GROUP (ORDER BY n)
quantile_cont(n, 0.5)
list(n)
first(n)
last(n)
group_concat(x)
count(k, n)
sum(k)
avg(k)
max(ARRAY[n])
reduce_agg(n, 0, (a, b) -> a + b, (a, b) -> a + b)
approx_most_frequent(2, x, 10)
merge(approx_set(n))
sum(n) / count(n)
sum(n) * 1.0 / count(*)
100.0 * count_if(n > 1) / count(*)
round(avg(n), 2)
CAST(sum(n) AS double) / count(*)
date_trunc('hour', max(CAST(dt AS timestamp)))
date_add('hour', 1, min(CAST(dt AS timestamp)))
max(dt) + interval '1' day
max(dt) - min(dt)
date_diff('day', min(dt), max(dt))
typeof(max(CAST(dt AS timestamp)))
typeof(sum(n))
typeof(CAST(k AS varchar)), count(*)
map_agg(k, n ORDER BY n DESC)
typeof(avg(p))
coalesce(sum(n), 0)
count(DISTINCT n) FILTER (WHERE k = 'u')
sum(IF(n > 1, 1, 0))
sum(CASE WHEN n > 1 THEN d END)
cardinality(array_agg(k))
element_at(array_agg(n ORDER BY n DESC), 1)
array_join(array_agg(x ORDER BY x), '|')
transform(array_agg(n ORDER BY n), z -> z * 2)
json_format(CAST(array_agg(n ORDER BY n) AS json))
max(length(x))
min(n) = 1 AND max(n) = 3
grouping(k)
sum(DISTINCT d)
array_agg(DISTINCT n ORDER BY n)
count(*) OVER ()
max(dt) OVER ()
approx_distinct(n)
map_agg(k || CAST(n AS varchar), n) IS NOT NULL
sum(d) / count(*)
sum(n) / count(*)
sum(n) * 1e0 / count(*)
100.0 * sum(n) / count(*)
sum(CASE WHEN n > 1 THEN 1 ELSE 0 END)
sum(if(b, 1, 0))
array_agg(x ORDER BY n DESC)
array_agg(x) FILTER (WHERE x IS NOT NULL)
approx_percentile(d, ARRAY[0.25, 0.5, 0.75])
max_by(x, d)
min(x)
date_trunc('month', min(dt))
count(DISTINCT x) FILTER (WHERE n > 1)
avg(CAST(p AS double))
stddev(d)
approx_distinct(x)
cardinality(array_agg(DISTINCT k))

-- window: each line is an expression over the rows t
row_number() OVER (ORDER BY n)
row_number() OVER (PARTITION BY k ORDER BY n DESC)
rank() OVER (ORDER BY k)
dense_rank() OVER (ORDER BY k)
percent_rank() OVER (ORDER BY n)
cume_dist() OVER (ORDER BY k)
ntile(2) OVER (ORDER BY n)
lag(n) OVER (ORDER BY n)
lag(n, 2) OVER (ORDER BY n)
lag(n, 1, 0) OVER (ORDER BY n)
lead(n) OVER (PARTITION BY k ORDER BY n)
lag(n) IGNORE NULLS OVER (ORDER BY n NULLS FIRST)
first_value(n) OVER (ORDER BY n DESC)
last_value(n) OVER (PARTITION BY k ORDER BY n)
last_value(n) OVER (PARTITION BY k ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
first_value(x) IGNORE NULLS OVER (PARTITION BY k ORDER BY n)
nth_value(n, 2) OVER (ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
sum(n) OVER (ORDER BY n)
sum(n) OVER (PARTITION BY k)
sum(n) OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
sum(n) OVER (ORDER BY n ROWS 1 PRECEDING)
sum(n) OVER (ORDER BY n RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING)
count(*) OVER (ORDER BY k)
count(x) OVER (PARTITION BY k)
avg(n) OVER (PARTITION BY k)
max(n) OVER (ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
min(x) OVER (ORDER BY n)
array_agg(n) OVER (ORDER BY n)
sum(n) FILTER (WHERE n > 1) OVER (ORDER BY n)
max_by(x, n) OVER (PARTITION BY k)
sum(sum(n)) OVER ()
date_trunc('hour', lag(CAST(dt AS timestamp)) OVER (ORDER BY n))
n - lag(n) OVER (ORDER BY n)
date_diff('day', lag(dt) OVER (ORDER BY n), dt)
sum(n) OVER (ORDER BY dt RANGE BETWEEN interval '1' day PRECEDING AND CURRENT ROW)
approx_percentile(n, 0.5) OVER (PARTITION BY k)
count_if(n > 1) OVER (ORDER BY n)
rank() OVER (ORDER BY n NULLS FIRST)
lag(x, 0) OVER (ORDER BY n)
sum(n) OVER (ORDER BY n GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW)
sum(d) OVER (PARTITION BY k ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
lag(x, 1, 'none') OVER (ORDER BY n)
first_value(x) IGNORE NULLS OVER (ORDER BY n)
last_value(x) OVER (ORDER BY n)
avg(d) OVER (PARTITION BY k)
max(n) OVER (ORDER BY n ROWS UNBOUNDED PRECEDING)

-- query: each line is a query; T stands for the rows t
SELECT k, sum(n) FROM T GROUP BY k ORDER BY 1
SELECT date, text, string, list FROM (VALUES (1, 2, 3, 4)) v(date, text, string, list)
SELECT CAST(k AS string) FROM T
SELECT x.float FROM (VALUES 1) x(float)
SELECT sum(i) FROM (SELECT dt - date '2020-01-01' AS i FROM T)
SELECT k, sum(n) FROM T GROUP BY 1 ORDER BY 2 DESC, 1
SELECT k AS g, count(*) AS c FROM T GROUP BY k HAVING count(*) > 1 ORDER BY c, g
SELECT k AS g, count(*) FROM T GROUP BY g
SELECT k, x, count(*) FROM T GROUP BY ROLLUP (k, x) ORDER BY k, x
SELECT k, x, count(*) FROM T GROUP BY ROLLUP (k, x) ORDER BY k DESC, x DESC
SELECT k, b, sum(n) FROM T GROUP BY CUBE (k, b) ORDER BY 1, 2, 3
SELECT k, grouping(k), count(*) FROM T GROUP BY GROUPING SETS ((k), ()) ORDER BY 3, 1
SELECT n FROM T ORDER BY n
SELECT n FROM T ORDER BY n DESC
SELECT n FROM T ORDER BY n NULLS FIRST
SELECT n FROM T ORDER BY n DESC NULLS FIRST
SELECT n FROM T ORDER BY n LIMIT 2
SELECT n FROM T ORDER BY n OFFSET 1 LIMIT 2
SELECT n FROM T ORDER BY n FETCH FIRST 2 ROWS ONLY
SELECT n FROM T ORDER BY n FETCH FIRST 1 ROW WITH TIES
SELECT DISTINCT k FROM T ORDER BY k
SELECT n + 1 AS m FROM T ORDER BY m
SELECT n AS x FROM T ORDER BY x
SELECT * FROM T ORDER BY n
SELECT t.k, t.n FROM T ORDER BY t.n
SELECT 1 UNION SELECT 1
SELECT 1 UNION ALL SELECT 2 ORDER BY 1
SELECT 1 AS a UNION ALL SELECT 2.5 ORDER BY a
SELECT 1 UNION ALL SELECT 'a'
SELECT 'a' UNION ALL SELECT NULL ORDER BY 1
SELECT n FROM T INTERSECT SELECT 2
SELECT n FROM T EXCEPT SELECT 2 ORDER BY 1
SELECT a.n, b.m FROM (VALUES (1, 'x'), (2, 'y')) a(n, c) JOIN (VALUES (1, 10)) b(n, m) ON a.n = b.n
SELECT n, c, m FROM (VALUES (1, 'x'), (2, 'y')) a(n, c) LEFT JOIN (VALUES (1, 10)) b(n, m) USING (n) ORDER BY n
SELECT * FROM (VALUES (1, 'x'), (2, 'y')) a(n, c) LEFT JOIN (VALUES (1, 10)) b(n, m) USING (n) ORDER BY n
SELECT a.n FROM (VALUES (1, 'x')) a(n, c) JOIN (VALUES (1, 10)) b(n, m) USING (n)
SELECT n, c, m FROM (VALUES (1, 'x')) a(n, c) FULL JOIN (VALUES (2, 10)) b(n, m) USING (n) ORDER BY n
SELECT c FROM (VALUES (1, 'x')) a(n, c) CROSS JOIN (VALUES 1, 2) b(m)
SELECT n FROM (VALUES (1, 'x')) a(n, c), (VALUES (1, 10)) b(n, m)
SELECT a.n FROM (VALUES 1, 2) a(n) WHERE EXISTS (SELECT 1 FROM (VALUES 2) b(m) WHERE b.m = a.n)
SELECT n FROM (VALUES 1, 2) a(n) WHERE n IN (SELECT m FROM (VALUES 2) b(m))
SELECT n FROM (VALUES 1, 2) a(n) WHERE n NOT IN (SELECT m FROM (VALUES 2, NULL) b(m))
SELECT (SELECT max(n) FROM (VALUES 1, 2) a(n))
SELECT (SELECT n FROM (VALUES 1, 2) a(n))
SELECT n, (SELECT count(*) FROM (VALUES 1, 2) b(m) WHERE m < a.n) FROM (VALUES 1, 2) a(n) ORDER BY 1
WITH a AS (SELECT 1 AS n), b AS (SELECT n + 1 AS m FROM a) SELECT * FROM a, b
WITH a (x) AS (VALUES 1, 2) SELECT sum(x) FROM a
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n FROM r ORDER BY n
SELECT x FROM UNNEST(ARRAY[1, 2, 3]) AS u(x)
SELECT k, e FROM (VALUES ('a', ARRAY[1, 2]), ('b', ARRAY[])) t(k, a) CROSS JOIN UNNEST(a) AS u(e)
SELECT k, e FROM (VALUES ('a', ARRAY[1, 2]), ('b', ARRAY[])) t(k, a) LEFT JOIN UNNEST(a) AS u(e) ON true ORDER BY 1, 2
SELECT k, e, o FROM (VALUES ('a', ARRAY['x', 'y'])) t(k, a) CROSS JOIN UNNEST(a) WITH ORDINALITY AS u(e, o)
SELECT a, b FROM UNNEST(ARRAY[1, 2], ARRAY['x']) AS u(a, b)
SELECT k, v FROM UNNEST(MAP(ARRAY['a', 'b'], ARRAY[1, 2])) AS u(k, v) ORDER BY k
SELECT k, v, o FROM UNNEST(MAP(ARRAY['a', 'b'], ARRAY[1, 2])) WITH ORDINALITY AS u(k, v, o) ORDER BY k
SELECT a, b FROM UNNEST(ARRAY[ROW(1, 'x'), ROW(2, 'y')]) AS u(a, b)
SELECT x FROM T CROSS JOIN UNNEST(split('p,q', ',')) AS u(x)
SELECT k, s FROM (VALUES ('a', 'p,q')) t(k, c) CROSS JOIN UNNEST(split(c, ',')) AS u(s)
SELECT n, row_number() OVER (ORDER BY n) AS r FROM T ORDER BY r
SELECT * FROM (SELECT n, row_number() OVER (ORDER BY n DESC) AS r FROM T) WHERE r = 1
SELECT k, n FROM T QUALIFY row_number() OVER (PARTITION BY k ORDER BY n) = 1
SELECT count(*) FROM T WHERE n > 1 OR n IS NULL
SELECT k, sum(n) AS s FROM T GROUP BY k HAVING s > 1
SELECT n AS a, a + 1 AS b FROM T
SELECT n FROM T WHERE row_number() OVER (ORDER BY n) = 1
SELECT k, n FROM T GROUP BY k
SELECT sum(n) OVER w FROM T WINDOW w AS (ORDER BY n)
SELECT k, count(*) FROM T GROUP BY ALL
SELECT * EXCLUDE (n) FROM T
SELECT DISTINCT ON (k) k, n FROM T
SELECT n FROM T TABLESAMPLE BERNOULLI (100) ORDER BY n
SELECT n FROM T LIMIT ALL
VALUES (1, 'a'), (2, 'b')
TABLE T
SELECT a.* FROM (VALUES (1, 2)) a(x, y)
SELECT l.m FROM (VALUES 1, 2) a(n) CROSS JOIN LATERAL (SELECT a.n * 2 AS m) l ORDER BY 1
SELECT date_trunc('month', dt) AS m, count(*) FROM T GROUP BY 1 ORDER BY 1
SELECT date_trunc('month', dt), count(*) FROM T GROUP BY date_trunc('month', dt) ORDER BY 1
SELECT k, approx_percentile(n, 0.5) FROM T GROUP BY k ORDER BY k
SELECT k, sum(n) * 100.0 / sum(sum(n)) OVER () AS share FROM T GROUP BY k ORDER BY k
SELECT x FROM T WHERE x LIKE '%a%'
SELECT n FROM T WHERE n = ANY (VALUES 1, 2) ORDER BY n
SELECT n FROM T WHERE n > ALL (SELECT 1) ORDER BY n
SELECT CASE WHEN n > 1 THEN 'big' ELSE 'small' END AS size, count(*) FROM T GROUP BY CASE WHEN n > 1 THEN 'big' ELSE 'small' END ORDER BY 1
SELECT if(n > 1, 'big', 'small') AS size, count(*) FROM T GROUP BY 1 ORDER BY 1
SELECT k, max_by(x, n), min_by(x, n) FROM T GROUP BY k ORDER BY k
SELECT a.k FROM T a
SELECT n FROM T ORDER BY k, n DESC
SELECT count(DISTINCT (k, n)) FROM T
SELECT count(DISTINCT k), count(DISTINCT n) FROM T
SELECT n FROM T WHERE b ORDER BY n
SELECT n FROM T WHERE NOT b ORDER BY n
SELECT sum(n) FROM T WHERE 1 = 0
SELECT max(n), count(*) FROM T WHERE 1 = 0
SELECT NULL AS z
SELECT 'x' AS "Mixed Case"
SELECT k FROM T GROUP BY k ORDER BY sum(n)
SELECT max(d) FROM (VALUES 1e0, nan()) v(d)
SELECT min(d) FROM (VALUES 1e0, nan()) v(d)
SELECT d FROM (VALUES 1e0, nan(), NULL, infinity()) v(d) ORDER BY d
SELECT count(DISTINCT d) FROM (VALUES nan(), nan()) v(d)
SELECT sum(x) FROM (VALUES 9223372036854775807, 1) v(x)
SELECT sum(x) FROM (VALUES DECIMAL '1.10', DECIMAL '2.20') v(x)
SELECT avg(x) FROM (VALUES 1.0, 2.0, 2.0) v(x)
SELECT avg(x) FROM (VALUES 1, 2, 2) v(x)
SELECT x FROM (VALUES 'b', 'A', 'a', 'B', 'é', '') v(x) ORDER BY x
PIVOT T ON k USING sum(n)
FROM T
SELECT k, x FROM (VALUES ('a', MAP(ARRAY['u', 'v'], ARRAY[1, 2]))) t(k, m) CROSS JOIN UNNEST(m) AS u(y, x)
SELECT t.k, u.e, u.o FROM (VALUES ('a', ARRAY[3, 4]), ('b', ARRAY[])) t(k, a) CROSS JOIN UNNEST(t.a) WITH ORDINALITY AS u(e, o)
SELECT t.k, u.e FROM (VALUES ('a', ARRAY[3, 4]), ('b', CAST(ARRAY[] AS array(integer)))) t(k, a) LEFT JOIN UNNEST(t.a) AS u(e) ON true
SELECT a, b FROM UNNEST(ARRAY[1, 2], ARRAY['x', 'y']) AS u(a, b)
SELECT e.a FROM UNNEST(CAST(json_parse('[{"a": 1}, {"a": 2}]') AS array(row(a bigint)))) AS u(a) CROSS JOIN (VALUES 1) e(a)
SELECT a FROM UNNEST(CAST(json_parse('[{"a": 1}, {"a": 2}]') AS array(row(a bigint)))) AS u(a)
SELECT day, count(e) FROM UNNEST(sequence(date '2020-01-01', date '2020-01-03')) AS u(day) LEFT JOIN (VALUES date '2020-01-02') v(e) ON e = day GROUP BY day
WITH a AS (SELECT k, sum(n) AS s FROM T GROUP BY k) SELECT k, s, s * 100.0 / sum(s) OVER () FROM a ORDER BY k
SELECT n, sum(n) OVER (PARTITION BY k ORDER BY t RANGE BETWEEN INTERVAL '15' MINUTE PRECEDING AND CURRENT ROW) FROM (VALUES ('a', 1, timestamp '2020-07-13 00:00:00'), ('a', 2, timestamp '2020-07-13 00:15:00'), ('a', 4, timestamp '2020-07-13 00:15:01')) AS v(k, n, t)
SELECT k, grouping(k), count(*) FROM (VALUES 'a', 'b', 'b') AS v(k) GROUP BY GROUPING SETS ((k), ()) ORDER BY 3
SELECT n FROM (VALUES 1, NULL, 2) AS v(n) ORDER BY n
SELECT n FROM (VALUES 1, NULL, 2) AS v(n) ORDER BY n DESC
SELECT k, max_by(n, d) AS m FROM T GROUP BY k HAVING count(*) > 1 ORDER BY m DESC LIMIT 1
SELECT x FROM T WHERE x NOT IN ('a') ORDER BY x
SELECT k FROM T WHERE n IS NOT NULL AND dt BETWEEN date '2020-01-01' AND date '2020-01-02' ORDER BY n
SELECT a.k, count(*) FROM T AS a JOIN (VALUES ('u', 1)) b(k, z) USING (k) GROUP BY a.k
SELECT k, count(*) FROM T GROUP BY ROLLUP (k) ORDER BY k
SELECT n FROM T WHERE EXISTS (SELECT 1 FROM (VALUES 1) v(m) WHERE m = n)
SELECT DISTINCT k FROM T ORDER BY k DESC
SELECT n FROM T ORDER BY typeof(1), n
SELECT typeof(CAST(n AS bigint)) AS y, count(*) FROM T GROUP BY typeof(CAST(n AS bigint))
SELECT g, map_agg(k, d) FROM (VALUES (1, 'a', 1), (1, 'a', 2), (2, 'b', NULL)) v(g, k, d) GROUP BY g

-- scalar: what differed when it was first asked, and its siblings
-CAST(-128 AS tinyint)
CAST(127 AS tinyint) * 2
log(0, 10)
log(2, 0)
concat_ws(',', CAST(NULL AS array(varchar)))
lpad('a', -1, 'x')
lpad('a', 3, '')
chr(CAST(NULL AS bigint))
regexp_extract('abc', '(')
regexp_like('é', '\u00e9')
regexp_replace('abc', 'b', '$')
regexp_replace('abc', 'b', '$2')
regexp_replace('aaa', 'a*', 'x')
regexp_split('abc', '')
'a%b' LIKE 'a#%b' ESCAPE '#'
'ab' LIKE 'a#b' ESCAPE '#'
'a' ILIKE 'A'
1 LIKE '1'
CAST(real '0.1' AS varchar)
CAST(true AS decimal(3,1))
CAST(true AS date)
CAST(timestamp '2020-01-01 00:00:00' AS bigint)
CAST(json '2' AS boolean)
CAST(json '1.0' AS boolean)
CAST(json 'null' AS date)
CAST('+2020-01-01' AS date)
timestamp '0001-01-01 00:00:00.000'
date_trunc('decade', date '2020-01-01')
date_diff('day', date '2020-01-01', '2020-01-02')
date_format('2020-01-01', '%Y')
month('2020-01-01')
date_parse('69', '%y')
date_parse('10:20', '%H:%i')
parse_datetime('3 PM', 'h a')
format_datetime(timestamp '2020-01-01 00:00:00', '''o''''clock''')
extract(hour FROM date '2020-12-31')
extract(month FROM CAST(NULL AS date))
from_unixtime('1')
from_iso8601_date('2020')
date '2020-01-01' + 1
timestamp '2020-01-01 00:00:00 UTC' + interval '1' day
sequence(1, 3, 0)
sequence(0, 20000)
sequence(date '2020-01-01', date '2020-01-02', interval '12' hour)
array_join(ARRAY[ARRAY['a']], ',')
(1, NULL) = (1, 2)
ROW(1, ROW(2, 3))
CAST(ROW(1, 2) AS ROW(bigint, varchar))
CAST(ROW(1) AS ROW(a bigint, b bigint))
CAST(ROW(1, ARRAY[ROW(2)]) AS ROW(a bigint, b array(ROW(c varchar))))
transform(ARRAY[ROW(1, 'a')], x -> x[2])
map_concat(MAP(ARRAY['a'], ARRAY[1]), CAST(NULL AS map(varchar, integer)))
TRY_CAST(MAP(ARRAY['x'], ARRAY['y']) AS map(varchar, bigint))
json_parse('{"é": "🚗"}')
json_extract('{"a": "🚗"}', '$.a')
json_size('{"a":1}', '$.b')
json_format('{"a":1}')
json_extract_scalar(1, '$')
CAST(ARRAY[1.50] AS json)
'x' || X'41'
1_000
0x1F
1 == 1
1 IS TRUE
6 & 3
greatest(true, 2)
DECIMAL '0.0004'
DECIMAL '0.0004' = 0
DECIMAL '1.2345' * 10000
DECIMAL '1.2345' / 3
DECIMAL '-00012.50' + 1
DECIMAL '+.5'
DECIMAL '12.'
DECIMAL '000'
DECIMAL '1_000.5'
DECIMAL '.'
DECIMAL ' 1.5'
DECIMAL '0.00000000000000000000000000000000000001'
DECIMAL '123456789012345678901234567890123456789'
typeof(DECIMAL '0.0004')
typeof(DECIMAL '-00012.50')
ARRAY[DECIMAL '1.25', 2.5]
CAST(1.2345 AS decimal)
CAST('1.5' AS decimal)
CAST(2.5e0 AS decimal)
CAST(7 AS decimal) / 2
CAST(1.5 AS decimal(5))
TRY_CAST('x' AS decimal)
CAST(ARRAY[1.5] AS array(decimal))
typeof(CAST('1.5' AS decimal))
typeof(CAST('1.5' AS decimal(5)))

-- query: the same
SELECT element_at(x, 1), element_at(x, -1) FROM (VALUES ARRAY[1, 2], ARRAY[], NULL) v(x)
SELECT x['a'] FROM (VALUES MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['b', 'a'], ARRAY[1, 3])) v(x)
SELECT x['c'] FROM (VALUES MAP(ARRAY['a'], ARRAY[1])) v(x)
SELECT element_at(split(x, ','), 2) FROM (VALUES 'a,b', 'c') v(x)
SELECT now() - interval '1' day < current_timestamp
SELECT date_add('month', 1, x) FROM (VALUES timestamp '2020-01-31 00:00:00.000 UTC') v(x)
SELECT approx_percentile(n, 1.5) FROM T
SELECT approx_percentile(p, 0.5) FROM T
SELECT sum(CAST(d AS real)) FROM T
SELECT listagg(n, ',') WITHIN GROUP (ORDER BY n) FROM T
SELECT count_if(NULL) FROM T
SELECT corr(x, y) FROM (VALUES (2e0, 2e0)) v(x, y)
SELECT (x, y) NOT IN ((1, 2)) FROM (VALUES (1, NULL), (NULL, 3)) v(x, y)
SELECT x FROM (VALUES (1, NULL), (NULL, 3), (1, 2)) v(x, y) WHERE (x, y) IN ((1, 2))
SELECT DISTINCT k FROM T ORDER BY n
SELECT DISTINCT upper(k) AS u FROM T ORDER BY upper(k)
SELECT n FROM T ORDER BY k FETCH FIRST 1 ROWS WITH TIES
SELECT n FROM T ORDER BY n LIMIT 2 OFFSET 1
SELECT * FROM (VALUES 1) a(n) NATURAL JOIN (VALUES 1) b(n)
SELECT a FROM (SELECT 1 AS a, 2 AS a)
SELECT x FROM (SELECT * FROM (VALUES (1, 2)) a(x, z) JOIN (VALUES (1, 3)) b(x, y) USING (x))
SELECT x FROM (SELECT a.* FROM (VALUES 1) a(x) JOIN (VALUES 1) b(x) ON a.x = b.x)
WITH RECURSIVE f(a, b) AS (SELECT 1, 1 UNION ALL SELECT b, a + b FROM f WHERE b < 20) SELECT a FROM f ORDER BY 1
SELECT n, lag(n, -1) OVER (ORDER BY n) FROM T ORDER BY n
SELECT n, lag(n, 1, 1.5) OVER (ORDER BY n) FROM T ORDER BY n
SELECT n, lag(n) OVER () FROM T ORDER BY n
SELECT n FROM T WHERE n
SELECT CASE WHEN n THEN 1 END FROM T
SELECT k FROM T SEMI JOIN (VALUES 1) v(m) ON n = m
SELECT n FROM T LIMIT 50 PERCENT
SELECT 1 'a' 'b'
SELECT x FROM (VALUES 1) v(x) JOIN (VALUES 1) w(y)
SELECT x FROM (VALUES 1) v(x) INNER JOIN (VALUES 1) w(y)
SELECT x FROM (VALUES 1) v(x) LEFT JOIN (VALUES 1) w(y)
SELECT x FROM (VALUES 1) v(x), (VALUES 1) w(y)
SELECT x FROM (VALUES 1) v(x) CROSS JOIN (VALUES 1) w(y)
SELECT x, y FROM (VALUES 1) v(x), UNNEST(ARRAY[1, 2]) u(y)
SELECT x, y FROM (VALUES 1) v(x) CROSS JOIN UNNEST(ARRAY[1, 2]) u(y)
SELECT x, y FROM (VALUES 1) v(x) LEFT JOIN UNNEST(ARRAY[1, 2]) u(y) ON true
SELECT x, y FROM (VALUES 1) v(x) JOIN UNNEST(ARRAY[1, 2]) u(y) ON true
WITH a(x) AS (SELECT 1, 2) SELECT * FROM a
WITH a(x, y) AS (SELECT 1, 2) SELECT * FROM a
SELECT * FROM (SELECT 1, 2) a(x)
SELECT * FROM (SELECT 1, 2) a(x, y)
SELECT * FROM (SELECT 1, 2) a(x, y, z)
SELECT * FROM (SELECT * FROM (VALUES (1, 2)) v(a, b)) a(x, y)
SELECT * FROM (VALUES (1, 2)) v(a)
SELECT * FROM (VALUES 1, 2) v(a)
SELECT * FROM (VALUES (1), (2)) v(a)
SELECT count(DISTINCT x) FROM (VALUES ROW(1, 2), ROW(1, 2)) v(x)
SELECT * FROM (VALUES ROW(1, 2), ROW(1, 2)) v(x, y)
SELECT n FROM (VALUES 1) a(n) JOIN (VALUES 1e0) b(n) USING (n)
SELECT n FROM (VALUES 1) a(n) JOIN (VALUES 1) b(n) USING (n)
SELECT a.n FROM (VALUES 1) a(n) JOIN (VALUES 1) b(n) ON a.n = b.n
SELECT r.* FROM (SELECT CAST(ROW(k, n) AS ROW(a varchar, b integer)) AS r FROM T)
SELECT v.* FROM (VALUES (1, 2)) v(a, b)
SELECT * FROM UNNEST(ARRAY[1], ARRAY['a']) u(a, b)
SELECT * FROM UNNEST(MAP(ARRAY['k'], ARRAY[1])) u(a, b)
SELECT * FROM UNNEST(ARRAY[1, 2]) WITH ORDINALITY u(a, b)
SELECT x FROM (SELECT k AS x FROM T) a JOIN (SELECT 'u' AS x) b USING (x)
SELECT a.*, b.y FROM (SELECT k AS x FROM T) a CROSS JOIN (SELECT 1 AS y) b
SELECT (SELECT count(*) FROM (SELECT a.* FROM (SELECT 1 AS n) a) c) AS m

-- scalar: regular expressions, code points and intervals
reverse('a' || chr(769) || 'b')
reverse(U&'\+01F1E7\+01F1EA')
reverse('🇧🇪x')
reverse('👨‍👩‍👧')
reverse('')
reverse(CAST(NULL AS varchar))
length('a' || chr(769))
substr('🇧🇪x', 1, 1)
substr('a' || chr(769) || 'b', 2)
lpad('a' || chr(769), 4, '-')
strpos('a' || chr(769) || 'b', 'b')
2 * 3 * INTERVAL '1' DAY
2 + 3 * INTERVAL '1' DAY
INTERVAL '1' DAY + 2 * INTERVAL '1' HOUR
regexp_like('b' || chr(10) || 'a', '^a')
regexp_like('b' || chr(10) || 'a', '(?m)^a')
regexp_like('b' || chr(10) || 'a', 'b$')
regexp_like('b' || chr(10) || 'a', '(?m)b$')
regexp_like('a' || chr(10) || 'b', '(?s)a.b')
regexp_like('a' || chr(13) || 'b', 'a.b')
regexp_like('a' || chr(10) || 'b', '(?m)a.b')
regexp_like('über', '\bber')
regexp_like('xüber', '\Bber')
regexp_extract('café au', '\b\w+\b')
regexp_extract('cafe' || chr(769) || ' x', '\b[^ ]+\b')
regexp_like('½a', '½\ba')
regexp_like('²a', '²\ba')
regexp_like('Ⅷa', 'Ⅷ\ba')
regexp_like('a‿b', 'a\b')
regexp_like('aⓐ', 'a\b')
regexp_like('a٣', 'a\b')
regexp_like('a' || chr(8205) || 'b', 'a\b')
regexp_replace('über uns', '\b(\w)', '_$1')
regexp_replace('hello', '(l)', '\1')
regexp_replace('hello', '(l)', '\$1')
regexp_replace('hello', '(l)', '\\')
regexp_replace('hello', '(l)', '$12')
regexp_replace('hello', '(l)', '\x')
regexp_replace('hello', '(l)', '$0$0')
regexp_like('ab' || chr(13), 'b$')
regexp_like('ab' || chr(10), 'b$')
regexp_like('ab' || chr(13) || chr(10), 'b$')
regexp_like('ab' || chr(133), 'b$')
regexp_like('a' || chr(10), '(a$)')
regexp_like('a' || chr(10), 'a$|x')
regexp_extract('ÉCOLE', '(?i)(école|lycée)')
regexp_replace('ÉCOLE x', '(?i)école|lycée', 'S')
regexp_like('a' || chr(11), '\s')
regexp_like('a' || chr(11), '[\s]')
regexp_like(chr(11), '\S')
regexp_like(chr(11), '[\S]')
regexp_like(chr(133), '\s')
regexp_like(chr(160), '\s')
regexp_split('a' || chr(11) || 'b', '\s')
regexp_count('a b', '\s')
regexp_extract_all('ab cd', '\b\w')
regexp_extract_all('Ab aB', '(?i)ab')
regexp_extract_all('xy', '(x)|(y)', 1)
regexp_extract_all('xy', 'x|y')
regexp_like('STRASSE', '(?i)straße')
regexp_like('straße', '(?i)STRASSE')
regexp_like('straße', '(?i)STRAßE')
regexp_like('ſ', '(?i)s')
regexp_like('K', '(?i)k')
regexp_like('ſ', '(?i)\w')
regexp_like('ſ', '(?i)[a-z]')
regexp_like('É', '(?i)[é]')
regexp_like('ǅ', '(?i)ǆ')
regexp_like('ς', '(?i)Σ')
regexp_like('İ', '(?i)i')
regexp_like('ı', '(?i)i')
regexp_like('ﬁ', '(?i)fi')
regexp_like('a{,3}', 'a{,3}')
regexp_like('aa', '^a{,3}$')
regexp_like('a[b', '[a[b]$')
regexp_like('[', '[a[b]]')
regexp_like('x', 'X' || '')
regexp_extract('a' || chr(10), 'a$')
regexp_replace('a' || chr(10), '$', '!')
regexp_replace('ab', 'b$', '!')
regexp_split('a.b.', '\.$')
regexp_count('a' || chr(10), 'a$')
regexp_like('é', '\W')
regexp_like('٣', '\d')
regexp_like('é', '[^\W]')
regexp_like('a', '\Aa')
regexp_extract('ab', '(a)(b)?', 2)
regexp_replace('ab', 'a|b', '-')
regexp_like('ab', 'a|b')
regexp_like('a' || chr(8), '[\b]')
regexp_like(CAST(from_utf8(X'61FF62') AS varchar), 'a.b')
regexp_like('x$', 'x\$')
regexp_like('x$y', '[$]y')
regexp_like('a' || chr(12), '\s')
regexp_like('aé', 'a\B')
regexp_like('', '\b')
regexp_extract('a,b', '[^,]+$')
regexp_extract('Ünï cödé', '\b[[:alpha:]]+')
regexp_like('ABC', '(?i)^abc$')
regexp_like('ABC' || chr(10), '(?i)^abc$')
regexp_extract('Foo=1', '(?i)foo=(\d+)', 1)

-- query: names that SELECT gives, intervals times columns
SELECT -x AS x FROM UNNEST(ARRAY[1,2,3]) AS t(x) ORDER BY x * 1 LIMIT 1
SELECT sum(n) AS n, k FROM T GROUP BY k ORDER BY sum(n)
SELECT n, count(*) AS c FROM T GROUP BY n ORDER BY sum(n)
SELECT n, count(*) AS c FROM T GROUP BY n ORDER BY sum(t.n)
SELECT sum(n) AS m, k FROM T GROUP BY k ORDER BY sum(n)
SELECT sum(n) AS m, k FROM T GROUP BY k ORDER BY sum(m)
SELECT n, n AS n FROM T ORDER BY n
SELECT n, k AS n FROM T ORDER BY n
SELECT n, k AS n FROM T ORDER BY d
SELECT n AS m FROM T UNION ALL SELECT 2 ORDER BY -m
SELECT n AS m, n FROM T ORDER BY rank() OVER (ORDER BY m)
SELECT d AS n, k FROM T ORDER BY sum(n) OVER (PARTITION BY k), n
SELECT d AS n, k FROM T ORDER BY (SELECT n)
SELECT CAST(ROW(-n) AS ROW(f bigint)) AS r FROM T ORDER BY r.f
SELECT CAST(ROW(-n) AS ROW(n bigint)) AS t FROM T ORDER BY t.n
SELECT DISTINCT n AS k FROM T ORDER BY -k
SELECT n AS k FROM T ORDER BY _col0
SELECT -n AS n FROM T ORDER BY reduce(ARRAY[1], 0, (s, n) -> n, s -> s), n
SELECT k, array_agg(n) AS n FROM T GROUP BY k ORDER BY cardinality(n), k LIMIT 3
SELECT k, -n AS n FROM T ORDER BY CASE WHEN n < -1 THEN 0 ELSE 1 END, n
SELECT count(*) AS n, k FROM T GROUP BY k ORDER BY n / 2, k
SELECT lower(k) k FROM T GROUP BY 1 HAVING k = 'u'
SELECT lower(k) k FROM T GROUP BY k HAVING k = 'u'
SELECT lower(k) AS k2 FROM T GROUP BY 1 HAVING k2 = 'u'
SELECT k AS n, count(*) FROM T GROUP BY k HAVING n = 'u'
SELECT k AS n, count(*) FROM T GROUP BY k HAVING max(n) > 1
SELECT d AS k, n FROM T ORDER BY k IS NULL, k DESC
SELECT k, n, row_number() OVER (ORDER BY n) AS r FROM T ORDER BY r % 2, r DESC
SELECT row_number() OVER (ORDER BY n DESC) AS n FROM T ORDER BY n % 2, n
SELECT date_trunc('month', dt) AS dt, count(*) AS n FROM T GROUP BY 1 ORDER BY date_add('month', 1, dt)
SELECT k, sum(n) AS n FROM T GROUP BY k ORDER BY n / 10 DESC, k
SELECT n, -n AS m FROM T ORDER BY t.n * -1
SELECT n FROM T ORDER BY -n
SELECT t.n FROM T ORDER BY -t.n
SELECT t.n FROM T JOIN (VALUES (1, 9), (2, 5)) AS u(n, z) ON t.n = u.n ORDER BY -n
SELECT k, sum(n) FROM T GROUP BY k HAVING k = 'u'
SELECT k AS j, sum(n) AS s FROM T GROUP BY k HAVING sum(n) > 1 ORDER BY j || 'x'
SELECT d / 2 AS d FROM T ORDER BY d + 1 NULLS FIRST
SELECT sum(n) OVER (PARTITION BY k) AS n FROM T ORDER BY sum(t.n) OVER (), n
SELECT k, count(*) FILTER (WHERE n > 1) AS n FROM T GROUP BY k ORDER BY count(*) FILTER (WHERE n > 1), k
SELECT n AS m FROM T UNION ALL SELECT 2 ORDER BY -m LIMIT 3
SELECT -n AS n FROM T UNION ALL SELECT 2 ORDER BY -n LIMIT 3
SELECT approx_distinct(n) FROM T
SELECT approx_distinct(x, 0.01) FROM UNNEST(sequence(1, 10)) AS u(x)
SELECT approx_distinct(x) FILTER (WHERE x > 5) FROM UNNEST(sequence(1, 10)) AS u(x)
SELECT k, approx_distinct(n) OVER (PARTITION BY k) FROM T
SELECT approx_distinct(k), approx_distinct(d), approx_distinct(p), approx_distinct(dt), approx_distinct(b) FROM T
SELECT approx_distinct(ARRAY[n]) FROM T
SELECT approx_distinct(ROW(n, k)) FROM T
SELECT approx_distinct(NULL) FROM T
SELECT approx_distinct(DISTINCT n) FROM T
SELECT approx_distinct(n) FROM T WHERE false
SELECT reverse(k) FROM T
SELECT reverse(concat(k, '́')) FROM T
SELECT date '2020-01-01' + n * INTERVAL '1' DAY FROM T
SELECT date '2020-01-01' + INTERVAL '1' DAY * n FROM T
SELECT dt - n * INTERVAL '1' DAY FROM T
SELECT timestamp '2020-01-01 00:00:00' + n * INTERVAL '1' HOUR FROM T
SELECT dt + CAST(n AS bigint) * INTERVAL '2' DAY FROM T
SELECT dt + n * INTERVAL '1' MONTH FROM T
SELECT n * INTERVAL '1' DAY FROM T
SELECT d * INTERVAL '1' DAY FROM T
SELECT INTERVAL '1' DAY * d FROM T
SELECT p * INTERVAL '1' DAY FROM T
SELECT INTERVAL '2' DAY * n FROM T
SELECT timestamp '2020-01-01 00:00:00' + d * INTERVAL '1' HOUR FROM T
SELECT dt + n * INTERVAL '1' HOUR FROM T
SELECT dt + INTERVAL '1' HOUR * n FROM T
SELECT regexp_like(x, k) FROM T
SELECT regexp_replace(k, 'u', k || '1') FROM T

-- scalar: NaN
array_max(ARRAY[1e0, nan()])
array_min(ARRAY[1e0, nan()])
array_sort(ARRAY[nan(), 1e0])
array_distinct(ARRAY[nan(), nan()])
arrays_overlap(ARRAY[nan()], ARRAY[nan()])
array_union(ARRAY[nan()], ARRAY[nan()])
array_intersect(ARRAY[nan()], ARRAY[nan()])
array_except(ARRAY[nan()], ARRAY[nan()])
contains(ARRAY[nan()], nan())
array_position(ARRAY[nan()], nan())
array_remove(ARRAY[nan()], nan())
nullif(nan(), nan())
CASE nan() WHEN nan() THEN 1 ELSE 2 END
nan() IN (nan(), 1)
nan() BETWEEN 0 AND nan()
CAST(nan() AS boolean)
CAST(nan() AS real)
CAST(nan() AS integer)
CAST(CAST(nan() AS real) AS varchar)
abs(nan())
-nan()
floor(nan())
ceil(nan())
truncate(nan())
round(nan(), 2)
mod(nan(), 2)
pow(nan(), 0)
pow(1, nan())
sqrt(-1)
format('%.2f', nan())
CAST(nan() AS json)
nan() > NULL
approx_percentile(nan(), 0.5)

-- query: the same
SELECT max(n + nan()) FROM T
SELECT min(CASE WHEN k = 'u' THEN nan() ELSE d END) FROM T
SELECT max_by(k, d / d) FROM (VALUES ('a', 0e0), ('b', 1e0)) AS t(k, d)
SELECT count(*) FROM (VALUES 0e0, 1e0) t(a) WHERE a / a > 0
SELECT count(*) FROM (VALUES 0e0, 1e0) t(a) WHERE NOT a / a > 0
SELECT a / a > b FROM (VALUES (0e0, NULL), (0e0, 1e0)) t(a, b)
SELECT count(*) FROM (VALUES 0e0, 1e0) t(a) JOIN (VALUES 0e0, 1e0) u(b) ON a / a = b / b
SELECT count(*) FROM (SELECT a / a AS c FROM (VALUES 0e0, 1e0) t(a)) x JOIN (SELECT a / a AS c FROM (VALUES 0e0, 1e0) t(a)) y USING (c)
SELECT sqrt(a) > 0 FROM (VALUES -1e0) t(a)
SELECT pow(a, 0.5e0) > 0 FROM (VALUES -1e0) t(a)
SELECT a % 0e0 > 0 FROM (VALUES -1e0) t(a)
SELECT mod(a, 0e0) >= 0 FROM (VALUES -1e0) t(a)
SELECT acos(a) > 0 FROM (VALUES 2e0) t(a)
SELECT round(a / a) > 0 FROM (VALUES 0e0) t(a)
SELECT abs(a / a) > 0 FROM (VALUES 0e0) t(a)
SELECT coalesce(a / a, 1) > 0 FROM (VALUES 0e0) t(a)
SELECT IF(a = 0, a / a, 1) > 0 FROM (VALUES 0e0) t(a)
SELECT sum(a / a) > 0 FROM (VALUES 0e0) t(a)
SELECT avg(a / a) > 0 FROM (VALUES 0e0) t(a)
SELECT stddev(a / a) > 0 FROM (VALUES 0e0, 1e0) t(a)
SELECT any_match(ARRAY[a / a], x -> x > 0) FROM (VALUES 0e0) t(a)
SELECT ARRAY[a / a][1] > 0 FROM (VALUES 0e0) t(a)
SELECT reduce(ARRAY[a / a], 0e0, (s, x) -> s + x, s -> s) > 0 FROM (VALUES 0e0) t(a)
SELECT TRY(a / a) > 0 FROM (VALUES 0e0) t(a)
SELECT CAST(json_parse('"NaN"') AS double) > 0
SELECT CAST(s AS double) > 0 FROM (VALUES 'NaN') t(s)
SELECT TRY_CAST(s AS real) > 0 FROM (VALUES 'NaN') t(s)
SELECT CAST(json_parse(s) AS ROW(a double)).a > 0 FROM (VALUES '{"a":"NaN"}') t(s)
SELECT a.b > 0 FROM (SELECT CAST(json_parse(s) AS ROW(b double)) FROM (VALUES '{"b":"NaN"}') t(s)) u(a)
SELECT greatest(a / a, 1e0) FROM (VALUES 0e0) t(a)
SELECT max(a / a) FROM (VALUES 0e0, 1e0) t(a)
SELECT max(a) FROM (VALUES 0e0, 1e0) t(a)
SELECT max(a / a) OVER () FROM (VALUES 0e0, 1e0) t(a)
SELECT min(k), a / a FROM (VALUES ('a', 0e0), ('b', 1e0)) t(k, a) GROUP BY a / a
SELECT k, a / a FROM (VALUES ('a', 0e0), ('b', 1e0), ('c', NULL)) t(k, a) ORDER BY a / a DESC
SELECT log(2, a) > 0 FROM (VALUES -1e0) t(a)
SELECT ln(a) > 0 FROM (VALUES -1e0) t(a)
SELECT infinity() - a > 0 FROM (VALUES infinity()) t(a)
SELECT sin(a) > 0 FROM (VALUES infinity()) t(a)
SELECT (SELECT a / a) > 0 FROM (VALUES 0e0) t(a)
SELECT a / a > 0 FROM (VALUES 0e0) t(a) UNION ALL SELECT true
SELECT b > 0 FROM (SELECT a / a AS b FROM (VALUES 0e0) t(a) UNION ALL SELECT 1e0)
SELECT map(ARRAY['a'], ARRAY[a / a])['a'] > 0 FROM (VALUES 0e0) t(a)
SELECT element_at(ARRAY[a / a], 1) > 0 FROM (VALUES 0e0) t(a)
SELECT lag(a / a) OVER (ORDER BY a) > 0 FROM (VALUES 0e0, 1e0) t(a)
SELECT x > 0 FROM (VALUES 0e0) t(a), UNNEST(ARRAY[a / a]) AS u(x)
SELECT x > 0 FROM (VALUES 0e0) t(a), UNNEST(transform(ARRAY[1], y -> a / a)) AS u(x)
SELECT a / a IS DISTINCT FROM a / a FROM (VALUES 0e0) t(a)
SELECT TRY(greatest(a / a, 1e0)) FROM (VALUES 0e0) t(a)
SELECT TRY(regexp_like(s, '(?i)SS')) FROM (VALUES 'ß') t(s)
SELECT count(*) FROM T WHERE d > 1 AND d < 2 AND d <> 1.7e0 AND d BETWEEN -1 AND 2
SELECT k, max(d) AS d FROM T GROUP BY k HAVING max(d / 2) > avg(d) / 3 ORDER BY k

-- scalar: forms that are rare
CAST('99-01-01' AS date)
CAST('1-1-1' AS date)
CAST('999-01-01' AS date)
12345678901234567890
9223372036854775807
reduce(ARRAY[5,20], 0.0, (s,x) -> s + x, s -> s)
hour(timestamp '2020-01-01 00:00:00' AT TIME ZONE 'EST')
hour(timestamp '2020-01-01 00:00:00' AT TIME ZONE 'europe/brussels')
hour(timestamp '2020-01-01 00:00:00' AT TIME ZONE 'Europe/Brussels')

-- query: the same
SELECT k, count(*) FROM T GROUP BY AUTO
SELECT * FROM (VALUES 1) t(a) CROSS JOIN UNNEST(ARRAY[ROW(1, 'x')])
SELECT "$file_size" FROM (VALUES 1) t(a)
SELECT lower(x) FROM (VALUES 9223372036854775808) t(x)
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT count(*) FROM r
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 11) SELECT count(*) FROM r
SELECT k||'a' FROM T
SELECT k||'-'||CAST(n AS varchar)||k, n!=2 FROM T
SELECT (SELECT count(*) FROM UNNEST(a) AS u(x) WHERE x > 1) FROM (VALUES (ARRAY[1,2,3])) t(a)
SELECT (SELECT count(*) FROM UNNEST(a) AS u(x)) FROM (VALUES (ARRAY[1,2,3])) t(a)
SELECT EXISTS (SELECT 1 FROM UNNEST(a) AS u(x) WHERE x > 1) FROM (VALUES (ARRAY[1,2,3])) t(a)
SELECT (SELECT count(*) FROM UNNEST(ARRAY[1,2,3]) AS u(x) WHERE x > 1)
SELECT *, -n AS n FROM (VALUES 1, 2) t(n) ORDER BY n
SELECT *, -n AS m FROM (VALUES 1, 2) t(n) ORDER BY m
SELECT *, -n AS n FROM (SELECT n FROM T) ORDER BY n

-- scalar: JSON that goes on or breaks off
json_extract_scalar('{"a":1} x', '$.a')
json_extract_scalar('{"a":1}{"a":2}', '$.a')
json_extract_scalar('"s" x', '$')
json_extract_scalar('nope {"a":1}', '$.a')
json_extract_scalar('{"a":1', '$.a')
json_extract_scalar('{"a":1,"b', '$.a')
json_extract_scalar('{"a":"x', '$.a')
json_extract_scalar('{"b":1', '$.a')
json_extract_scalar('{"b":nope,"a":1}', '$.a')
json_extract('{"a":[1]} x', '$.a')
json_extract('{"a":1', '$.a')
json_array_length('[1,2] x')
json_size('{"a":[1,2]} x', '$.a')
X'00 ff'
X'0'
-- scalar: null within JSON that is cast, and what a backslash makes literal in a pattern
CAST(JSON '[1,null,{"a":null}]' AS ARRAY(JSON))
transform(CAST(JSON '[1,null]' AS ARRAY(JSON)), x -> x IS NULL)
element_at(CAST(JSON '{"a":null}' AS MAP(VARCHAR,JSON)), 'a') IS NULL
CAST(JSON '{"a":[null]}' AS ROW(a ARRAY(JSON))).a[1] IS NULL
CAST(JSON '[[null,1]]' AS ARRAY(ARRAY(JSON)))[1][1] IS NULL
TRY_CAST(JSON '[null]' AS ARRAY(JSON))[1] IS NULL
transform(CAST(JSON '[null,2]' AS ARRAY(JSON)), x -> CAST(x AS BIGINT))
CAST(JSON '[[1,"2"],null]' AS ARRAY(ARRAY(BIGINT)))
TRY_CAST(JSON '[[1,"x"]]' AS ARRAY(ARRAY(BIGINT)))
CAST(JSON '{"a":[{"b":[1.5]}]}' AS ROW(a ARRAY(ROW(b ARRAY(DOUBLE)))))
CAST(JSON 'null' AS ARRAY(JSON)) IS NULL
regexp_like('x\u00fc', '\\u00fc')
regexp_like('*+a\1', '\*\+a\\1')
regexp_like('a[[', 'a\[\[$')
regexp_replace('u\u00fc', '\\u00fc', 'x')
regexp_count('a\Q\Q', '\\Q')
regexp_extract_all('a&&b&&', '\&\&')
CAST(json_parse('{"sessionId":"1"}') AS ROW(sessionId varchar))
CAST(json_parse('{"sessionId":"1"}') AS ROW("sessionid" varchar))
CAST(json_parse('{"sessionId":"1"}') AS ROW("sessionId" varchar))
CAST(json_parse('{"a":{"bC":1}}') AS ROW(a ROW("bC" bigint)))
CAST(json_parse('[{"bC":1}]') AS ARRAY(ROW("bC" bigint, bd bigint)))
CAST(json_parse('{"Ä":1}') AS ROW("ä" bigint))
TRY_CAST('125e-2' AS decimal(3,2))
TRY_CAST('12.5e-1' AS decimal(3,2))
TRY_CAST('125e-3' AS decimal(3,2))
TRY_CAST('-00125E-2' AS decimal(3,2))
TRY_CAST('.5e1' AS decimal(3,2))
TRY_CAST('5.e-1' AS decimal(3,2))
TRY_CAST('1e999' AS decimal(38,0))
TRY_CAST('1e-999' AS decimal(38,0))
TRY_CAST('e1' AS decimal(3,2))
CAST(JSON '12.5e-1' AS decimal(3,2))
CAST('125e-2' AS double)
CAST(with_timezone(TIMESTAMP '2024-11-03 01:30:00.000', 'America/New_York') AT TIME ZONE 'UTC' AS timestamp)
CAST(with_timezone(TIMESTAMP '2024-10-27 02:30:00.000', 'Europe/Brussels') AT TIME ZONE 'UTC' AS timestamp)
CAST(with_timezone(TIMESTAMP '2024-10-27 01:30:00.000', 'Europe/London') AT TIME ZONE 'UTC' AS timestamp)
CAST(with_timezone(TIMESTAMP '2024-10-27 00:30:00.000', 'Atlantic/Azores') AT TIME ZONE 'UTC' AS timestamp)
CAST(with_timezone(TIMESTAMP '2007-12-09 02:45:00.000', 'America/Caracas') AT TIME ZONE 'UTC' AS timestamp)
CAST(with_timezone(TIMESTAMP '2024-03-10 02:30:00.000', 'America/New_York') AT TIME ZONE 'UTC' AS timestamp)
-- query: counts of nothing
SELECT count_if(x) FROM (VALUES CAST(NULL AS boolean)) AS t(x)
SELECT count_if(x) FROM (SELECT true AS x WHERE false) t
SELECT g, count_if(x), count_if(x) FILTER (WHERE g > 1) FROM (VALUES (1, CAST(NULL AS boolean)), (2, true)) AS t(g, x) GROUP BY g
SELECT g, count_if(x) OVER (PARTITION BY g) FROM (VALUES (1, CAST(NULL AS boolean)), (2, true)) AS t(g, x)
SELECT sum(x), avg(x), max(x), bool_or(x > 1), bool_and(x > 1), count(x), array_agg(x), checksum(x) FROM (SELECT 1 AS x WHERE false) t
SELECT x, TRY(CAST(json_parse(x) AS ROW(a varchar, b varchar))) FROM (VALUES '{"a":"x","b":1}', '{"a":"x"}', '{"b":null,"a":"x"}', '{"a":1,"a":2}', '{"a":1,"A":2}', '{"A":"x","b":"y"}', '{"a":1,"a" :2}', '{"a":"\":","b":2}', '{"a\":":1}', '{"a":"x","c":1}', '{"a":"x","c":{"a":2}}', '{}', '{"a":[],"b":1}', '{"a":{},"b":1}') AS t(x)
SELECT x, TRY(CAST(json_parse(x) AS ROW(a varchar, b JSON))) FROM (VALUES '{"a":1,"b":NaN}', '{"a":1,"b":[1,]}', '{"a":1,"b":-Infinity}', '{"a":1.50,"b":1.50}', '{"a":"\ud83d","b":"x"}', '{"a":"\ud83d\ude00","b":"\u0041"}', '{"a":1}{"b":2}', '{"a":"nan","b":[{"c":1}]}', '{"a":"x","b":{"c":1,"c":2}}', '{"a":"x","b":{"a":1,"b":2}}', ' {"a":1}', '{"a":1} ', '[{"a":1}]', '{"a":1,"b":[{}, {}]}') AS t(x)
SELECT x, TRY(CAST(json_parse(x) AS ROW("0" varchar, "a/b" varchar, "c~d" varchar))) FROM (VALUES '{"0":"x"}', '["x"]', '[{"0":"x"}]', '{"a/b":"x","c~d":"y"}', '{"a":{"b":"x"}}') AS t(x)
SELECT x, ltrim(x), length(ltrim(x)) FROM (VALUES ' a ', 'a ', U&'\00a0a', U&'\2003a', U&'\3000 a', U&'\0085a', '~ a', '! a', chr(9) || 'é', 'é', '', chr(127) || ' a', chr(0) || 'a') AS t(x)
SELECT x, contains(x, 1), contains(x, 3) FROM (VALUES ARRAY[1, NULL], ARRAY[NULL], ARRAY[], ARRAY[1, 2], NULL) AS t(x)
-- scalar: odd names of members
json_extract_scalar('{"a[0]":1}', '$["a[0]"]')
json_extract_scalar('{"[0]":{"1":2}}', '$["[0]"][1]')
json_extract(JSON '{"[0]":[3]}', '$["[0]"]')
json_extract_scalar('{"b":1,"*":2}', '$["*"]')
json_extract_scalar('{"b":1,"*b":2}', '$["*b"]')
json_format(json_parse(U&'{"\FF01":1,"\+01F600":2,"z":3}'))
json_format(CAST(MAP(ARRAY[U&'\FF01', U&'\+01F600'], ARRAY[1, 2]) AS JSON))
-- query: moments before 1970 with parts of a millisecond
SELECT x, CAST(x AS timestamp) FROM (VALUES '1969-12-31 23:59:59.9984', '1969-12-31 23:59:59.9985', '1969-12-31 23:59:59.9986', '1582-10-04 23:59:59.0006') AS t(x)
-- scalar: rounded decimals, and rows without names
CAST(round(DECIMAL '1.25', 1) AS varchar)
CAST(round(DECIMAL '129.25', -1) AS varchar)
CAST(round(DECIMAL '129.55') AS varchar)
CAST(round(n, 1) AS varchar) || 'x' FROM (SELECT CAST('1.25' AS decimal(10,2)) AS n)
round(n, 1) + DECIMAL '0.001' FROM (VALUES DECIMAL '12.345', DECIMAL '-0.055') AS t(n)
round(sum(n), 1) FROM (VALUES DECIMAL '12.345', DECIMAL '-0.055') AS t(n)
ROW(1, 'a')
ARRAY[ROW(1, 2e0), ROW(3, NULL)]
(ROW(1, 2) = ROW(1, 2))
ROW(1, 'a') IN (ROW(2, 'b'), ROW(1, 'a'))
CAST(ROW(1, 'a') AS ROW(n bigint, s varchar))
array_agg(ROW(n, 'x')) FROM (VALUES 1) AS t(n)
max_by(ROW(n, 'x'), n) FROM (VALUES 1, 2) AS t(n)
CAST(zip(ARRAY[1], ARRAY['a']) AS JSON)
-- aggregate: sums of decimals
CAST(round(sum(p), 1) AS varchar)
round(sum(p), 1)
sum(p) / 2
sum(p) / sum(n)
sum(p) / count(*)
CAST(sum(p) / count(*) AS varchar)
sum(p) / sum(p)
sum(p) * 1.5
CAST(sum(p) * DECIMAL '1.50' AS varchar)
sum(p) + 1
CAST(sum(p) + 1 AS varchar)
sum(CAST(n AS decimal(10, 2)))
round(100.0 * sum(p) / sum(CAST(n AS decimal(10, 2))), 1)
CAST(round(100.0 * sum(IF(n > 1, 1, 0)) / count(*), 1) AS varchar)
round(100.0 * count(*) / 3, 2)
CAST(round(max(p), 1) AS varchar)
CAST(round(min(p) + max(p), 1) AS varchar)
sum(p) FILTER (WHERE n > 1) / 2
sum(DISTINCT p) / 2
CAST(abs(sum(p)) AS varchar)
coalesce(sum(p), 0) / 2
CAST(coalesce(sum(p), 0) AS varchar)
CAST(nullif(sum(p), 0) / 3 AS varchar)
CAST(CASE WHEN sum(p) > 1 THEN sum(p) ELSE 0 END AS varchar)
CAST(avg(p) AS varchar)
round(avg(p), 1)
CAST(round(avg(p), 1) AS varchar)
avg(p) FILTER (WHERE n > 1)
avg(p) OVER (PARTITION BY k)
avg(DISTINCT p)
avg(p) * 2
avg(p) > 1
CAST(avg(CAST(n AS decimal(10, 3))) AS varchar)
CAST(avg(p) / 3 AS varchar)
CAST(avg(IF(n > 100, p)) AS varchar)
coalesce(avg(p), 0)
-- query: averages of decimals
SELECT k, avg(p) FROM T GROUP BY k HAVING avg(p) > 2 ORDER BY avg(p)
SELECT avg(p) FROM (VALUES CAST(-0.05 AS decimal(5, 1)), CAST(0.0 AS decimal(5, 1)), CAST(-0.1 AS decimal(5, 1)), CAST(0 AS decimal(5, 1))) AS t(p)
SELECT avg(p) FROM (VALUES CAST(99999999999999999999999999999999999.99 AS decimal(37, 2)), CAST(99999999999999999999999999999999999.99 AS decimal(37, 2))) AS t(p)
-- scalar: milliseconds
date_add('millisecond', 1500, TIMESTAMP '2024-01-05 10:00:00')
date_add('millisecond', 1500, CAST('2024-01-05 10:00:00' AS timestamp(3)))
TIMESTAMP '2024-01-05 10:00:00' + INTERVAL '1.5' SECOND
date_diff('millisecond', TIMESTAMP '2024-01-05 10:00:00', TIMESTAMP '2024-01-05 10:00:00.25')
-- query: milliseconds of a column
SELECT date_add('millisecond', 1500, x) FROM (VALUES CAST('2024-01-05 10:00:00.100' AS timestamp(3))) AS t(x)

-- scalar: codes of characters, literals of times, elements, JSON
chr(0)
chr(55296)
chr(1114112)
chr(CAST(65 AS bigint)) || chr(8364)
timestamp '2020-02-30 00:00:00'
timestamp '2020-02-28 24:00:00'
CAST('2020-02-29 23:59:59.999' AS timestamp)
CAST('2020-02-29 23:59:59.999' AS date)
date '2020-02-29' = CAST('2020-02-29' AS date)
TRY_CAST('2021-02-29' AS date)
element_at(ARRAY[1, 2], 2)
element_at(ARRAY[1, 2], 3)
element_at(ARRAY[1, 2], -1)
element_at(ARRAY[1, 2], 0)
element_at(MAP(ARRAY[1, 2], ARRAY['a', 'b']), 2)
element_at(CAST(NULL AS array(bigint)), 1)
json_extract_scalar('{"a": -0}', '$.a')
json_extract_scalar('{"a": 1.50}', '$.a')
json_extract_scalar(json_parse('{"a": 1.50}'), '$.a')
json_extract_scalar(concat('{"a": ', '"x"}'), '$.a')
json_extract(concat('[1, ', '{"a": 2}]'), '$[1].a')
json_extract_scalar('{"a": 1', '$.a')
json_array_length(concat('[1, ', '2]'))

-- scalar: numbers as names in a path, the order of keys, escapes of control characters
json_extract_scalar('[1,2]', '$["1"]')
json_extract_scalar('{"a":[{"0":7}]}', '$.a["0"][0]')
json_extract_scalar('{"0":[{"1":[7]}]}', '$[0]["0"][1][0]')
json_extract_scalar('[5]', '$["00"]')
json_format(json_extract(json_parse('[1,2]'), '$["1"]'))
json_format(json_extract('{"k":{"x":1,"a":[{"z":1,"b":2}]}}', '$.k'))
json_format(json_parse(json_format(json_extract('{"k":{"x":1,"a":2}}', '$.k'))))
json_format(json_parse('{"b":"\u0001\u001f\u000b\b\f","\u001a":"\\u00ab"}'))
json_format(CAST(MAP(ARRAY['x' || chr(31)], ARRAY[1]) AS JSON))
json_extract('{"a":"\u001f"}', '$.a')
CAST(chr(31) AS JSON)
coalesce(1)

-- query: the same
SELECT json_format(r.k) FROM (SELECT CAST(json_parse(t) AS ROW(k JSON)) AS r FROM (VALUES '{"k":{"x":1,"a":2}}', '{"k":{"y":1,"b":{"d":1,"c":2}}}') AS v(t))
SELECT json_format(r.k) FROM (SELECT CAST(json_parse(t) AS ROW(k JSON)) AS r FROM (VALUES '{"n":{"a":1,"a":2},"k":{"x":1,"a":2}}') AS v(t))
-- query: columns of a WITH that the query does not read, or gives other names
WITH t(i) AS (VALUES 1, 2) SELECT a.i, b.i FROM t a JOIN t b ON a.i < b.i
WITH t(i) AS (VALUES 1, 2) SELECT i FROM t WHERE i = (SELECT max(i) FROM t)
WITH t AS (SELECT 'a' AS i) SELECT i + 1 FROM (VALUES 2) v(i)
WITH t AS (SELECT 1 AS i) SELECT x.i FROM (SELECT * FROM (VALUES 5) v(q)) x(i) CROSS JOIN t
WITH t AS (SELECT 1 AS i), u AS (SELECT 'x' AS i), w AS (SELECT * FROM u) SELECT i || 'y', (SELECT count(*) FROM t) FROM w
WITH a AS (SELECT DATE '2024-01-01' AS d), b AS (SELECT CAST(d AS varchar) AS d FROM a) SELECT d || 'x' FROM b
WITH a AS (SELECT 7e0 AS n), b AS (SELECT CAST(n AS bigint) AS n FROM a) SELECT n / 2, q FROM b CROSS JOIN UNNEST(ARRAY[n / 2]) AS u(q)
WITH t AS (SELECT 1 AS i) SELECT i FROM (VALUES 2) v(q)
WITH t(i) AS (VALUES 1, 2) SELECT t.k FROM t AS t(k)
WITH t(i) AS (SELECT 1 UNION ALL SELECT 2) SELECT a.k FROM t a(k) JOIN t b ON a.k = b.i
WITH t(i) AS (VALUES 1, 2) SELECT a.i FROM t a(k)
WITH t(i) AS (VALUES 1, 2) SELECT a.k FROM t a(k, l)
-- query: casts of arrays that functions make
SELECT TRY_CAST(split(s, ',') AS array(bigint)) FROM (VALUES '1,x', '2,3', NULL) AS v(s)
SELECT CAST(split(s, ',') AS array(bigint)) FROM (VALUES '1,x') AS v(s)
SELECT TRY_CAST(split(s, ',') AS array(date)) FROM (VALUES '2024-01-01,x', '2024-01-01') AS v(s)
SELECT TRY_CAST(array_remove(ARRAY[s, 'b'], 'b') AS array(double)) FROM (VALUES 'x', '1') AS v(s)
SELECT CAST(element_at(CAST(j AS array(json)), 1) AS array(bigint)) FROM (VALUES JSON '[[1,2],[3]]') AS v(j)
SELECT CAST(map_agg(k, s) AS map(varchar, double)) FROM (VALUES (1, '2')) AS v(k, s)
SELECT split(s, 'a', 2) FROM (VALUES 'xaya', 'x', NULL) AS v(s)
SELECT arrays_overlap(a, b) FROM (VALUES (CAST(ARRAY[] AS array(bigint)), ARRAY[3, NULL]), (ARRAY[3, NULL], CAST(ARRAY[] AS array(bigint))), (ARRAY[1], ARRAY[NULL]), (ARRAY[1, NULL], ARRAY[1])) AS v(a, b)
-- query: products of decimals of more than 18 digits
SELECT m * n, n * m FROM (VALUES (CAST(99999999.99 AS decimal(10,2)), CAST(123456.654321 AS decimal(18,6)))) AS v(m, n)
SELECT m * 12345 FROM (VALUES CAST(9999999999999999.99 AS decimal(18,2))) AS v(m)
SELECT sum(m * n) FROM (VALUES (CAST(99999999.99 AS decimal(10,2)), CAST(123456.654321 AS decimal(18,6)))) AS v(m, n)
SELECT m * n FROM (VALUES (CAST(99999999.99 AS decimal(10,2)), CAST(9223372036854775807 AS bigint))) AS v(m, n)
SELECT m * m * m FROM (VALUES CAST(1234567.89 AS decimal(12,2))) AS v(m)
-- scalar: an array that a function makes, and an element
sequence(1, 5) || 7
coalesce(sequence(1, 5), ARRAY[1]) || length('a')
map_keys(MAP(ARRAY['a'], ARRAY[1])) || 'b'
NULL || 1
-- query: what only other engines write
SELECT * FROM (VALUES (1, 2)) t(x, y) UNION ALL BY NAME SELECT 3, 4
SELECT * RENAME (x AS z) FROM (VALUES (1, 2)) t(x, y)
SELECT 1 << 3
SELECT 8 >> 1
SELECT lag(x IGNORE NULLS) OVER (ORDER BY x) FROM (VALUES 1) t(x)
SELECT first_value(x RESPECT NULLS) OVER (ORDER BY x) FROM (VALUES 1) t(x)
SELECT count(DISTINCT x, y) FROM (VALUES (1, 2)) t(x, y)
SELECT count(DISTINCT (x, y)) FROM (VALUES (1, 2), (1, 2), (1, 3)) t(x, y)
SELECT INTERVAL 1 DAY
SELECT INTERVAL '1 day'
SELECT x FROM (VALUES 1, 2) t(x) LIMIT ALL OFFSET 1
SELECT x FROM (VALUES 1) t(x) LIMIT (SELECT 1)
SELECT x FROM (VALUES 1) t(x) LIMIT NULL
SELECT sum(x) OVER (ORDER BY x RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) FROM (VALUES 1) t(x)
SELECT x AS 'y' FROM (VALUES 1) t(x)
SELECT ARRAY[1,]
SELECT x BETWEEN SYMMETRIC 2 AND 1 FROM (VALUES 1) t(x)
SELECT CAST(1 AS bigint FORMAT 'x')
SELECT array_agg(x) WITHIN GROUP (ORDER BY x) FROM (VALUES 1) t(x)
SELECT listagg(x) FROM (VALUES 'a') t(x)
SELECT CURRENT_TIMESTAMP()
SELECT CURRENT_DATE()
WITH t(x) AS MATERIALIZED (SELECT 1) SELECT x FROM t
SELECT sum(x) OVER (PARTITION BY x, ORDER BY x) FROM (VALUES 1) t(x)
SELECT x FROM UNNEST(ARRAY[1]) AS x
SELECT * FROM UNNEST(ARRAY[1]) AS x
SELECT a, u FROM (VALUES ARRAY[1]) t(a) CROSS JOIN UNNEST(a) AS u
SELECT * FROM UNNEST(ARRAY[1]) WITH ORDINALITY AS x
SELECT y FROM UNNEST(ARRAY[CAST(ROW(1, 2) AS ROW(x int, y int))]) AS t
-- scalar: numbers, keys and times that are written in several ways
json_format(json_parse('[0, -0, 0.0, -0.0, 0.00, 1.0, 1.10, 100, 20.0, -0.5, 0.05, 0.009, 0.001, 0.00100, 0.0009]'))
json_format(json_parse('[9999999.99, 10000000.0, 1234567.5, 12345678.5, 1e5, 1E-3, 5e-324, 1.5e300, 123456789012345.6]'))
json_format(json_parse('[1234567890123456, 123456789012345678, 0.30000000000000004, 0.1234567890123456, 0.12345678901234567]'))
json_format(json_parse('{"b" : 1.10, "a" :[ {"z":1, "b": -0} ], "c":":1.10, [1e5]"}'))
json_format(json_parse('{"a": "\u00e9 é 😀 \/ \n", "A": ""}'))
json_format(json_extract('{"o":{"b":1.10,"a":0.0,"c":-0,"d":12345678.5,"e":0.0001,"f":0.001}}', '$.o'))
json_format(json_extract('{"o":{"b":1,"a":{"c":1,"c":2},"b":3}}', '$.o'))
json_format(json_extract('{"o":{"b":"\n","a":{"c":1e9,"c":"\u00e9😀"},"b":3}}', '$.o'))
json_format(json_extract('{"o":{"b":1,"a":3,"b":2},"o":4, nan', '$.o'))
json_format(CAST(json_parse('{"o":{"b":1,"a":3,"b":2}}') AS ROW(o json)).o)
transform(ARRAY[21.53e0, 0.5e0, 0.25e0, 120.25e0, -0.125e0, 100.0e0, 5.3e0, -7.0e0, 0.05e0, 123456789.125e0, 1e15, 1e16, 0e0], x -> CAST(x AS varchar))
transform(ARRAY[json '21.530', json '0.5', json '-0.125', json '1e5', json '1234567.5', json '12345678.5', json '0.001', json '0.0009'], x -> json_extract_scalar(x, '$'))
transform(ARRAY[json '21.530', json '0.5', json '-0.125', json '1e5', json '20.0', json '0.001', json '7', json '0.30000000000000004'], x -> CAST(x AS varchar))
transform(ARRAY['2024-05-01T10:00:00.1Z', '2024-05-01T10:00:00.123456+00:00', '1960-05-01T10:00:00.123956+01:00', '2024-05-01T10:00:00.1239995Z', '2024-05-01T10:00:00.12-13:59'], x -> CAST(TRY(from_iso8601_timestamp(x)) AT TIME ZONE 'UTC' AS timestamp))
nullif(json_format(json_parse('null')), 'null')
length(json_format(json_extract('{"o":{"' || rpad('', 50000, 'a') || '":1}}', '$.o')))
-- query: subqueries with a column of an outer query, decimals of several digits, names, rare forms
SELECT k, (SELECT max(m) FROM (VALUES ('u', 1), ('v', 3)) AS u(k, m) WHERE u.k = t.k) FROM T
SELECT k, (SELECT count(*) + t.n FROM (VALUES ('u', 1), ('v', 3)) AS u(k, m) WHERE u.m < t.n) FROM T
SELECT k, (SELECT m FROM (VALUES ('u', 1), ('v', 3)) AS u(k, m) WHERE u.k = t.k ORDER BY m LIMIT 1) FROM T
SELECT k, (SELECT m FROM (VALUES ('u', 1), ('v', 3)) AS u(k, m) WHERE u.k = t.k LIMIT 1) FROM T
SELECT k, (SELECT m FROM (VALUES ('u', 1), ('v', 3)) AS u(k, m) WHERE u.m < t.n ORDER BY m LIMIT 1) FROM T
SELECT k, (SELECT m + t.n FROM (VALUES ('u', 1), ('v', 3)) AS u(k, m) WHERE u.k = t.k) FROM T
SELECT k, (SELECT sum(m + t.n) FROM (VALUES ('u', 1), ('v', 3)) AS u(k, m) WHERE u.k = t.k) FROM T
SELECT k, (SELECT count(*) FROM (VALUES ('u', 1), ('v', 3)) AS u(k, m) WHERE u.k = t.k HAVING count(*) > 0) FROM T
SELECT k, (SELECT count(*) FROM (VALUES ('u', 1), ('v', 3)) AS u(k, m) WHERE u.k = t.k GROUP BY u.k) FROM T
SELECT k, (SELECT count(*) FROM (VALUES ('u', 1), ('v', 3)) AS u(k, m) WHERE u.m < t.n GROUP BY u.k) FROM T
SELECT k, (SELECT max(m) OVER () FROM (VALUES ('u', 1), ('v', 3)) AS u(k, m) WHERE u.k = t.k) FROM T
SELECT k, n IN (SELECT max(m) FROM (VALUES ('u', 1), ('v', 3)) AS u(k, m) WHERE u.k = t.k) FROM T
SELECT k, n IN (SELECT m FROM (VALUES ('u', 1), ('v', 3)) AS u(k, m) WHERE u.k = t.k) FROM T
SELECT k FROM T WHERE EXISTS (SELECT 1 FROM (VALUES ('u', 1), ('v', 3)) AS u(k, m) WHERE u.m < t.n)
SELECT k FROM T WHERE EXISTS (SELECT 1 FROM (VALUES ('u', 1), ('v', 3)) AS u(k, m) WHERE u.m < t.n LIMIT 1)
SELECT k FROM T WHERE EXISTS (SELECT 1 FROM (VALUES ('u', 1), ('v', 3)) AS u(k, m) WHERE u.k = t.k LIMIT 1)
SELECT k FROM T WHERE EXISTS (SELECT DISTINCT m FROM (VALUES ('u', 1), ('v', 3)) AS u(k, m) WHERE u.k = t.k LIMIT 1)
SELECT k, (SELECT max(m) FROM (VALUES 1, 3) AS u(m) WHERE u.m = (SELECT max(o) FROM (VALUES 1, 3) AS w(o) WHERE w.o = t.n)) FROM T
SELECT k, (SELECT m FROM (VALUES 1) AS u(m) WHERE u.m = t.n UNION SELECT m FROM (VALUES 1) AS u(m) WHERE u.m = t.n) FROM T
SELECT k, l.y FROM T CROSS JOIN LATERAL (SELECT max(m) FROM (VALUES ('u', 1), ('v', 3)) AS u(k, m) WHERE u.k = t.k) AS l(y)
SELECT k, l.y FROM T CROSS JOIN LATERAL (VALUES t.n, 5) AS l(y)
SELECT k, (SELECT max(o + t.n) FROM UNNEST(ARRAY[t.n, 5]) AS w(o)) FROM T
SELECT k, (SELECT t.n WHERE t.n > 1) FROM T
SELECT avg(x) FROM (VALUES 1.25, 10.5) AS v(x)
SELECT sum(x) / 3 FROM (VALUES 1.25, 10.5) AS v(x)
SELECT x / 3 FROM (VALUES 1.25, 10.5) AS v(x)
SELECT avg(CASE WHEN n = 1 THEN 10.5 ELSE 1.25 END) FROM T
SELECT sum(CASE WHEN n = 1 THEN 10.5 ELSE 1.25 END) / 3 FROM T
SELECT coalesce(n, 0.5) / 3 FROM T
SELECT avg(x) FROM (SELECT 1.25 AS x UNION ALL SELECT 10.5) v
SELECT x / 3 FROM (SELECT 1.25 AS x UNION ALL SELECT 10.5) v
SELECT x / 3 FROM (SELECT 1.25 AS x UNION ALL SELECT 10) v
SELECT x / 3 FROM (SELECT 10 AS x UNION ALL SELECT 1.25 UNION ALL SELECT NULL) v
SELECT sum(x) / 3 FROM (SELECT 1.25 AS x UNION ALL SELECT 10) v
SELECT avg(x) FROM UNNEST(ARRAY[10.5, 1.25]) AS w(x)
SELECT element_at(ARRAY[10.5, 1.25], 1) / 3
SELECT greatest(10.5, 1.25) / 3
SELECT if(true, 10.5, 1.25) / 3
SELECT max_by(p, n) / 3, min_by(p, n) / 3 FROM T
SELECT array_max(ARRAY[1.25, 2.5]) / 3
SELECT array_min(ARRAY[10.5, 1.25]) / 3
SELECT sum(DISTINCT x) / 2 FROM (VALUES 1.25, 10.5) AS v(x)
SELECT k, avg(x) FROM (VALUES ('a', 1.25), ('a', 10.5), ('b', 3)) AS v(k, x) GROUP BY k
SELECT map_values(map(ARRAY['a'], ARRAY[1.25]))[1] / 3
SELECT array_sort(ARRAY[10.5, 1.25])[1] / 3
SELECT slice(ARRAY[10.5, 1.25], 1, 1)[1] / 3
SELECT flatten(ARRAY[ARRAY[10.5], ARRAY[1.25]])[1] / 3
SELECT array_distinct(ARRAY[10.5, 1.25])[1] / 3
SELECT reverse(ARRAY[10.5, 1.25])[1] / 3
SELECT truncate(p) / 3, ceil(p) / 3, sign(p) FROM T
SELECT a / 3, b / 3 FROM (VALUES ROW(1.25, 2), ROW(10.5, 3)) AS v(a, b)
SELECT a / 3, b FROM (VALUES (1.25, 'x'), (10.5, 'yy')) AS v(a, b)
SELECT x / 3 FROM (SELECT p AS x FROM T EXCEPT SELECT 2.2) v
SELECT k FROM T JOIN (VALUES 'u') AS s(k) ON t.k = s.k
SELECT t.* FROM T JOIN (VALUES ('u', 9)) AS s(k, z) USING (k) LIMIT 1
SELECT s.* FROM T JOIN (VALUES ('u', 9)) AS s(k, z) USING (k) LIMIT 1
SELECT z FROM (VALUES 1) AS a(z), (VALUES 2) AS b(z)
SELECT x.field0 FROM (SELECT ROW(1, 2) AS x) v
SELECT v.r.* FROM (SELECT CAST(ROW(1, 'a') AS ROW(x integer, Y varchar)) AS r) v
SELECT k, n FROM T GROUP BY k
SELECT k, b, count(*) FROM T GROUP BY GROUPING SETS ((k), (t.k, b))
SELECT k, b, count(*) FROM T GROUP BY k, ROLLUP (t.k, b)
SELECT n + 1, count(*) FROM T GROUP BY ROLLUP (n + 1)
SELECT k, b, count(*) FROM T GROUP BY GROUPING SETS ((1), (2), ())
SELECT substring(k FOR 2) FROM T
SELECT extract('year' FROM date '2020-01-01')
SELECT extract(year, date '2020-01-01')
SELECT 2 BETWEEN ASYMMETRIC 1 AND 3
SELECT 2 BETWEEN SYMMETRIC 3 AND 1
SELECT k FROM T LIMIT 1.5
SELECT count(t.*) FROM T
SELECT ()
SELECT k FROM T FETCH FIRST 0 ROWS ONLY
SELECT k, n FROM T GROUP BY n
SELECT sum(n) FROM T GROUP BY sum(n)
SELECT k FROM T GROUP BY 5
SELECT k FROM T ORDER BY 5
SELECT n, count(*) FROM T HAVING count(*) > 1
SELECT max(sum(n)) FROM T
SELECT k FROM T WHERE sum(n) > 1
SELECT k FROM T WHERE row_number() OVER (ORDER BY n) = 1
SELECT k FROM T OFFSET 1.5
SELECT ROW(1).field0
SELECT i FROM (VALUES 1, 2) AS v(n) CROSS JOIN UNNEST(sequence(1, n)) AS w(i)
SELECT i FROM (VALUES 1, 2) AS v(n) CROSS JOIN UNNEST(sequence(1, n, 1)) AS w(i)
SELECT i FROM (VALUES date '2020-01-01') AS v(n) CROSS JOIN UNNEST(sequence(n, n + interval '2' day)) AS w(i)
SELECT i FROM (VALUES date '2020-01-01') AS v(n) CROSS JOIN UNNEST(sequence(n, date '2020-01-02', interval '1' day)) AS w(i)
SELECT i FROM (VALUES timestamp '2020-01-01 00:00:00.000') AS v(n) CROSS JOIN UNNEST(sequence(n, n + interval '2' hour, interval '1' hour)) AS w(i)
SELECT k, (SELECT count(*) FROM (VALUES date '2020-01-01', date '2020-01-05') AS u(m) WHERE date_trunc('month', u.m) = date_trunc('month', t.dt)) FROM T
SELECT k, (SELECT count(*) FROM (VALUES date '2020-01-01', date '2020-01-05') AS u(m) WHERE u.m > t.dt + interval '1' day) FROM T
SELECT k, (SELECT count(*) FROM (VALUES '2020-01-01', '2020-01-05') AS u(m) WHERE u.m > to_iso8601(t.dt)) FROM T
SELECT k, (SELECT count(*) FROM (VALUES 1, 2) AS u(m) WHERE u.m = cardinality(sequence(1, t.n))) FROM T
SELECT k, l.y FROM T CROSS JOIN LATERAL (SELECT t.dt + interval '1' day) AS l(y)
SELECT k, l.y FROM T CROSS JOIN LATERAL (SELECT date_trunc('month', t.dt)) AS l(y)
SELECT k, l.y FROM T CROSS JOIN LATERAL (SELECT max(i) FROM UNNEST(sequence(1, t.n)) AS w(i)) AS l(y)
SELECT k, l.y FROM T CROSS JOIN LATERAL (SELECT format('%s', t.k)) AS l(y)
SELECT k, w.y FROM T CROSS JOIN UNNEST(ARRAY[date_trunc('month', t.dt), t.dt]) AS w(y)
SELECT k, w.y FROM T CROSS JOIN UNNEST(ARRAY[t.dt + interval '1' month, t.dt]) AS w(y)
SELECT k, w.y FROM T CROSS JOIN UNNEST(ARRAY[to_iso8601(t.dt)]) AS w(y)
SELECT k FROM T WHERE EXISTS (SELECT 1 FROM (VALUES 1, 2) AS u(m) WHERE u.m = t.n AND date_add('day', 1, t.dt) > date '2020-01-01')
SELECT a, b FROM (VALUES 1) AS v(n) CROSS JOIN UNNEST(ARRAY[ROW(n, 2), ROW(3, n)]) AS w(a, b)
SELECT k, name, value / 3 FROM T CROSS JOIN UNNEST(ARRAY[ROW('n', p), ROW('d', 0.5)]) AS w(name, value)
SELECT a, b FROM (SELECT CAST(ROW(1, 2) AS ROW(x integer, y integer)) AS r) v CROSS JOIN UNNEST(ARRAY[r, r]) AS w(a, b)
SELECT x / 3 FROM UNNEST(ARRAY[1.25, 10.5]) AS w(x)
SELECT k, name, value FROM T CROSS JOIN UNNEST(ARRAY[ROW('n', CAST(n AS double)), ROW('d', d)]) AS w(name, value)
SELECT sequence(1, n), to_iso8601(dt) FROM T
SELECT element_at(m, 'a') / 3 FROM (VALUES MAP(), MAP(ARRAY['a'], ARRAY[1.25])) AS v(m)
SELECT m['a'] / 3 FROM (VALUES MAP(ARRAY['a'], ARRAY[1.25]), MAP(ARRAY['a'], ARRAY[10.5])) AS v(m)
SELECT x FROM UNNEST(sequence(1, (SELECT max(n) FROM T))) AS w(x)
SELECT CAST(count(*) AS double) / (SELECT count(*) FROM T) FROM T
SELECT x, y FROM (VALUES MAP(ARRAY['a'], ARRAY[1]), MAP(), NULL, MAP(ARRAY['b'], ARRAY[NULL])) AS v(m) CROSS JOIN UNNEST(m) AS w(x, y)
SELECT x / 3 FROM (VALUES ARRAY[], ARRAY[1.25], ARRAY[10.5]) AS v(a) CROSS JOIN UNNEST(a) AS w(x)
SELECT m['a'], m['b'] FROM (VALUES MAP(ARRAY['a', 'b'], ARRAY['x', 'y'])) AS v(m)
SELECT m['a'] || 'z' FROM (VALUES MAP(ARRAY['a', 'b'], ARRAY['x', 'y'])) AS v(m)
SELECT m['a'].x, m['a'].x / 3 FROM (SELECT MAP(ARRAY['a'], ARRAY[CAST(ROW(1.5) AS ROW(x decimal(3,1)))]) AS m) v
SELECT a[1][2] / 3 FROM (VALUES ARRAY[ARRAY[1.5, 2.25]]) AS v(a)
SELECT m['a'] + interval '1' day FROM (VALUES MAP(ARRAY['a'], ARRAY[date '2020-01-01'])) AS v(m)
SELECT k, element_at(map_agg(dt, n), date '2020-01-01') FROM T GROUP BY k
SELECT x, y FROM (SELECT map_agg(dt, n) AS m FROM T WHERE dt IS NOT NULL) v CROSS JOIN UNNEST(m) AS w(x, y)
SELECT element_at(map_agg(n, p), 2) / 3 FROM T WHERE n IS NOT NULL
SELECT element_at(transform_values(MAP(ARRAY[date '2020-01-01'], ARRAY[1]), (a, b) -> b + 1), date '2020-01-01')
SELECT element_at(map_from_entries(ARRAY[ROW(date '2020-01-01', 1)]), date '2020-01-01')
SELECT element_at(histogram(dt), date '2020-01-01') FROM T
SELECT element_at(MAP(ARRAY[true], ARRAY[1]), true), MAP(ARRAY[1.5], ARRAY[1])[1.5], element_at(MAP(ARRAY[1e0], ARRAY[1]), 1e0)
SELECT element_at(ARRAY[1, 2], n) FROM T
SELECT element_at(histogram(k), k) FROM T GROUP BY k
SELECT k, count(*) AS c, (SELECT max(y) FROM (VALUES ('u', 2)) AS u(x, y) WHERE x = k) AS m FROM T GROUP BY k
SELECT k, (SELECT max(y) FROM (VALUES (2, 2)) AS u(x, y) WHERE x = count(n)) AS m FROM T GROUP BY k
SELECT k, (SELECT max(y) FROM (VALUES (2, 2)) AS u(x, y) WHERE x = count(t.n)) AS m FROM T GROUP BY k
SELECT DISTINCT k, (SELECT max(y) FROM (VALUES ('u', 2)) AS u(x, y) WHERE x = k) AS m FROM T
SELECT t.r.a, (SELECT max(y) FROM (VALUES (2, 3)) AS u(x, y) WHERE x = t.r.a) AS m FROM (SELECT CAST(ROW(2) AS ROW(a integer)) AS r) AS t
SELECT t.i, w.i AS o FROM (VALUES (1, 'a', 10), (2, 'b', 20), (3, NULL, 30), (2, 'a', NULL)) AS t(i, k, n) LEFT JOIN (VALUES (1), (2)) AS w(i) ON t.i = w.i AND EXISTS (SELECT 1 FROM (VALUES (1, 'a', 5), (2, 'b', 6), (2, 'c', 7), (4, 'a', NULL)) AS u(j, l, m) WHERE u.j < t.i)
-- query: small integers beside literals, names in backquotes, lambdas that replace
SELECT coalesce(CAST(1 AS smallint), 10) AS x
SELECT greatest(CAST(1 AS smallint), 10) AS x
SELECT CASE WHEN true THEN CAST(1 AS smallint) ELSE 10 END AS x
SELECT CASE CAST(1 AS smallint) WHEN 1 THEN 'a' END AS x
SELECT if(false, CAST(1 AS smallint), 10) AS x
SELECT x FROM (VALUES CAST(1 AS smallint), 10) AS t(x)
SELECT lag(x, 1, 5) OVER (ORDER BY x) AS y FROM (VALUES CAST(1 AS smallint)) AS t(x)
SELECT lag(x, 1) OVER (ORDER BY x) AS y FROM (VALUES CAST(1 AS smallint)) AS t(x)
SELECT coalesce(CAST(1 AS smallint), CAST(2 AS smallint)) AS x
SELECT `x` FROM (VALUES 1) AS t(x)
SELECT regexp_replace('foo bar', '(\w)(\w*)', x -> upper(x[1]) || x[2]) AS x
