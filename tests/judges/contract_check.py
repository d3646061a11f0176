"""Reads exchanges as JSON lines from standard input, writes the verdict on each to standard output.

    contract_check.py CONTRACT

An exchange is `{"method", "path", "query", "headers": [[name, value]…], "body", "status",
"response_headers", "response_body"}`; without a status, the request alone is judged. A verdict is
`{"operation", "request": [reason…], "answer": [reason…], "inner": [{"id", …}…]}`.
"""

import json
import pathlib
import sys

from contract.judge import Judge


def shown(verdict):
    inner = [{"id": name} | shown(one) for name, one in verdict.inner]
    return {"operation": verdict.operation, "request": verdict.request, "answer": verdict.answer,
            "inner": inner}


def main():
    judge = Judge(pathlib.Path(sys.argv[1]))
    for line in sys.stdin:
        print(json.dumps(shown(judge.exchange(json.loads(line)))), flush=True)


if __name__ == "__main__":
    main()
