"""Load from outside: wrk, sixteen connections, medians of three runs taken in turn."""

import re
import shutil
import statistics
import subprocess
import tempfile

CONNECTIONS = 16
SECONDS = 8
RUNS = 3


def rate(url: str, script: str = "", seconds: int = SECONDS) -> float:
    """Answers per second; fails when an answer was not 2xx."""
    command = [shutil.which("wrk"), "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s"]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        if script:
            file.write(script)
            file.flush()
            command += ["-s", file.name]
        said = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1))


def in_turn(*measures) -> list[float]:
    """The median of each measure; they take turns, so that a slow moment hits all alike."""
    found = [[measure() for measure in measures] for _ in range(RUNS)]
    return [statistics.median(column) for column in zip(*found, strict=True)]


POST_LINE = """
wrk.method = "POST"
wrk.body = "text=" .. string.rep("%E5%8A%A0", 100)
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
"""


def post_bodies(file: str) -> str:
    """Each request takes the next body of the file: every submission has a key of its own."""
    return f"""
local lines = {{}}
for line in io.lines("{file}") do lines[#lines + 1] = line end
local number = 0
function request()
  number = number + 1
  if number > #lines then os.exit(3) end
  return wrk.format("POST", nil, {{
    ["Content-Type"] = "application/x-www-form-urlencoded",
    ["X-Forwarded-For"] = "203.0.113." .. (number % 250 + 1),
  }}, lines[number])
end
"""
