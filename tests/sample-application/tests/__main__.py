"""Runs the tests and writes what came of them where the pipeline takes reports from."""

import pathlib
import sys
import unittest
from xml.etree import ElementTree


class Result(unittest.TextTestResult):
    """Remembers which tests ran."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.ran = []

    def startTest(self, test):
        super().startTest(test)
        self.ran.append(test)


def report(result):
    """The result in the format of JUnit."""
    failed = {test.id(): text for test, text in [*result.failures, *result.errors]}
    suite = ElementTree.Element(
        "testsuite", name="service", tests=str(len(result.ran)), failures=str(len(failed))
    )
    for test in result.ran:
        group, _, name = test.id().rpartition(".")
        case = ElementTree.SubElement(suite, "testcase", classname=group, name=name)
        if test.id() in failed:
            ElementTree.SubElement(case, "failure").text = failed[test.id()]
    return ElementTree.ElementTree(suite)


root = pathlib.Path(__file__).parent
tests = unittest.defaultTestLoader.discover(str(root), top_level_dir=str(root.parent))
result = unittest.TextTestRunner(resultclass=Result, verbosity=2).run(tests)
reports = root.parent / "reports"
reports.mkdir(exist_ok=True)
report(result).write(reports / "tests.xml", encoding="utf-8", xml_declaration=True)
sys.exit(not result.wasSuccessful())
