import pytest
from springtide.failures.blame import is_denied, named_object


@pytest.mark.parametrize(
    "name", ["a's.gz", "a b.gz", "a;b.gz", "a%2Fb.gz", "a+b.gz", "a\nb.gz", "až"]
)
def test_object_whose_name_begins_with_anothers_is_blamed(name: str) -> None:
    both = ["s3://b/h/a", f"s3://b/h/{name}"]
    assert named_object(f"cannot read s3://b/h/{name}: truncated", both) == both[1]
    assert named_object("cannot read s3://b/h/a: truncated", both) == both[0]


def test_object_that_is_named_like_s3_s_words_is_blamed() -> None:
    one = "s3://b/h/SlowDown.gz"
    assert named_object(f"cannot read {one}: truncated", [one]) == one


@pytest.mark.parametrize(
    ("reason", "about"),
    [
        ("HIVE_CURSOR_ERROR: Failed to read file at s3://b/h/a: see s3://b/h/other", "a"),
        ("Error opening Hive split s3://b/h/a (offset=0, length=9): incorrect data check", "a"),
        ("Incorrect file size (9) for file (end of stream not reached): s3://b/h/a", "a"),
        ("HIVE_BAD_DATA: Malformed value 's3://b/h/other' in s3://b/h/a", "a"),
        ("""HIVE_BAD_DATA: cannot parse {"see": "s3://b/h/other"} of s3://b/h/a""", "a"),
        ("can't read s3://b/h/a, it's damaged", "a"),
        ('HIVE_BAD_DATA: cannot open "s3://b/h/a"', "a"),
        ("INVALID_CAST_ARGUMENT: Cannot cast 'as in s3://b/h/a' to INT", None),
        ("""INVALID_CAST_ARGUMENT: Cannot cast '{"see": "s3://b/h/a"}' to INT""", None),
        (
            "HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://b/h/a (offset=0, length=9):"
            " Slow Down (Service: Amazon S3; Status Code: 503; Error Code: 503 Slow Down;",
            None,
        ),
        ("HIVE_CURSOR_ERROR: s3://b/h/a: S3Exception: Please reduce your request rate.", None),
        (
            "HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://b/h/a (offset=0, length=9):"
            " You have exceeded the rate at which you may call KMS. Reduce the frequency of your"
            " calls. (Service: Amazon S3; Status Code: 400; Error Code: ThrottlingException;",
            None,
        ),
    ],
)
def test_object_is_blamed_if_the_error_is_about_it_and_not_if_it_is_merely_quoted(
    reason: str, about: str | None
) -> None:
    found = named_object(
        f"QueryFailedError: query 1 FAILED: {reason}", ["s3://b/h/a", "s3://b/h/other"]
    )
    assert found == (about and f"s3://b/h/{about}")


@pytest.mark.parametrize(
    ("reason", "denied"),
    [
        ("AmazonS3Exception: Access Denied (Service: Amazon S3; Status Code: 403;", True),
        ("User: arn:aws:sts::1:assumed-role/r is not authorized to perform: kms:Decrypt", True),
        ("HIVE_BAD_DATA: Malformed value 'Access Denied' in s3://b/h/a", False),
        ("Error opening Hive split s3://b/h/a: Not in GZIP format", False),
    ],
)
def test_missing_right_is_told_from_text_that_mentions_one(reason: str, denied: bool) -> None:
    assert is_denied(f"QueryFailedError: query 1 FAILED: {reason}") == denied
