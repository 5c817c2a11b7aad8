"""`python -m skyddsnat` is the same as the `skyddsnat` command."""

from skyddsnat.cli.main import app

if __name__ == "__main__":
    app(prog_name="skyddsnat")
