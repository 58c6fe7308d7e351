"""What keeps a database from being opened or asked, and what to do about it.

In: an error of SQLAlchemy's, or of the file system. Out: sentences for whoever runs the bot, which hold none of a statement's values and no password.
"""

import sqlite3

NO_DATABASE = "DATABASE_URL must be a SQLite file, sqlite:///FILE, or PostgreSQL, postgresql+psycopg://USER:PASSWORD@HOST/NAME."
_OTHERWISE = "Please check DATABASE_URL."
# By SQLite's primary result code (sqlite.org/rescode.html).
_ADVICE = {
    sqlite3.SQLITE_FULL: "Please make room on its disk: until then no question is taken, and none is lost.",
    sqlite3.SQLITE_READONLY: "Please let this user write it and its folder, or let DATABASE_URL name a file elsewhere.",
    sqlite3.SQLITE_CANTOPEN: "Please let this user write it and its folder, or let DATABASE_URL name a file elsewhere.",
    sqlite3.SQLITE_NOTADB: "It is left as it is: please let DATABASE_URL name another.",
    sqlite3.SQLITE_CORRUPT: "Please keep it aside, and let DATABASE_URL name a copy that `tencent-bot log backup` made, or a new file.",
    sqlite3.SQLITE_IOERR: "Please look at its disk, or let DATABASE_URL name a file elsewhere.",
}


def cannot_be_opened(error: Exception, file: str) -> str:
    """Why there is no database; `file` is "" where it is no file."""
    if isinstance(error, OSError):
        return f"The folder of the database {file} cannot be made ({error.strerror}). Please let DATABASE_URL name a file elsewhere."
    return f"The database {f'{file} ' if file else ''}cannot be opened: {_reason(error)}. {_advice(error) or _OTHERWISE}"


def is_a_folder(file: str) -> str:
    """That a database would have to be made where a folder is."""
    return f"The database {file} cannot be opened: it is a folder. Please let DATABASE_URL name a file in it, sqlite:///{file}/FILE."


def cannot_be_asked(error: Exception) -> str:
    """Why there is no answer from a database that was opened."""
    return f"The database cannot be asked now: {_reason(error)}. {_advice(error)}".rstrip()


def _reason(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0].rstrip(".")


def _advice(error: Exception) -> str:
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", None)
    return _ADVICE.get(code & 0xFF, "") if isinstance(code, int) else ""
