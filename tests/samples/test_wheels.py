import base64
import csv
import hashlib
import io
import pathlib
import runpy
import subprocess
import sys
import tempfile
import unittest
import zipfile
from unittest import mock

from support import STACK, WHEELS

from cora_sample_retry import retry
from cora_sample_segments import segments
from cora_sample_tokens import count_tokens


class WheelsTest(unittest.TestCase):
    def test_building_again_gives_the_bytes_that_are_committed(self):
        build = runpy.run_path(str(WHEELS / "build_wheels.py"))
        committed = {path.name: path.read_bytes() for path in WHEELS.glob("*.whl")}
        with tempfile.TemporaryDirectory() as out:
            build["main"](out)
            self.assertEqual({path.name: path.read_bytes() for path in pathlib.Path(out).iterdir()}, committed)
        self.assertEqual(len(committed), 3)

    def test_record_tells_the_hash_and_length_of_each_member(self):
        for path in WHEELS.glob("*.whl"):
            with self.subTest(path.name), zipfile.ZipFile(path) as wheel:
                (name,) = [name for name in wheel.namelist() if name.endswith("/RECORD")]
                rows = {row[0]: row[1:] for row in csv.reader(io.StringIO(wheel.read(name).decode()))}
                self.assertEqual(rows.pop(name), ["", ""])
                expected = {}
                for member in set(wheel.namelist()) - {name}:
                    digest = base64.urlsafe_b64encode(hashlib.sha256(wheel.read(member)).digest()).decode().rstrip("=")
                    expected[member] = [f"sha256={digest}", str(wheel.getinfo(member).file_size)]
                self.assertEqual(rows, expected)

    def test_the_requirements_of_the_provider_resolve_without_an_index(self):
        try:
            import pip  # noqa: F401
        except ImportError:
            self.skipTest("this Python has no pip")
        requirements = STACK / "packages/module-ai/backend/lambdas/provider/requirements.txt"
        with tempfile.TemporaryDirectory() as target:
            command = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", target, "-r", str(requirements)]
            subprocess.run([sys.executable, *command], check=True, capture_output=True, cwd=target)
            found = {path.name for path in pathlib.Path(target).glob("cora_sample_*") if path.suffix != ".dist-info"}
        self.assertEqual(found, {"cora_sample_retry", "cora_sample_segments", "cora_sample_tokens"})


class DistributionsTest(unittest.TestCase):
    def test_segments_are_words_numbers_and_signs(self):
        self.assertEqual(list(segments("Don't pay 1500€_now!")), ["Don", "'", "t", "pay", "1500", "€", "_", "now", "!"])
        self.assertEqual(list(segments("東京 tower")), ["東", "京", "tower"])

    def test_tokens_are_counted_a_segment_at_a_time(self):
        self.assertEqual([count_tokens(text) for text in ("", "  ", "hello", "hellos", "123", "1234", "東京!")], [0, 0, 1, 2, 1, 2, 3])

    def retry(self, *outcomes, **options):
        """What `retry` makes of a call with these outcomes: its result or error, and how long it waited each time."""
        left, waits = list(outcomes), []

        def call():
            outcome = left.pop(0)
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        with mock.patch("cora_sample_retry.random.uniform", side_effect=lambda low, high: high):
            try:
                return retry(call, on=OSError, sleep=waits.append, **options), waits
            except Exception as error:
                return type(error), waits

    def test_a_failure_that_passes_is_waited_for(self):
        self.assertEqual(self.retry(OSError(), OSError(), "done"), ("done", [0.2, 0.4]))

    def test_the_last_failure_is_raised(self):
        self.assertEqual(self.retry(OSError(), OSError(), OSError(), "never"), (OSError, [0.2, 0.4]))

    def test_other_failures_are_not_retried(self):
        self.assertEqual(self.retry(KeyError(), "never"), (KeyError, []))

    def test_no_wait_ends_after_the_deadline(self):
        self.assertEqual(self.retry(OSError(), "never", deadline_seconds=0.1), (OSError, []))

    def test_at_least_one_attempt_is_made(self):
        self.assertEqual(self.retry("never", attempts=0), (ValueError, []))


if __name__ == "__main__":
    unittest.main()
