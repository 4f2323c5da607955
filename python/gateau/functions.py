"""A function for each SQL function of Gateau; they return columns, in classic PySpark and in Spark Connect.

As in pyspark.sql.functions, a text that stands for a column is its name. A model that is a text is the model itself: a
directory, a URL, or embedded:short or embedded:long. Options are those of SQL, such as {"max-tokens": 4096}; docs/operations.md
lists them.
"""

from collections.abc import Mapping
from typing import Literal, Optional, Union

from pyspark.sql import Column
from pyspark.sql import functions as F

__all__ = ["attention_focus", "chat", "perplexity", "segment_perplexity", "segments"]

ColumnOrName = Union[Column, str]
Options = Mapping[str, Union[str, int, float]]


def perplexity(
    model: Union[str, Column],
    context: ColumnOrName = "context",
    instruction: ColumnOrName = "instruction",
    response: ColumnOrName = "response",
    options: Optional[Options] = None,
) -> Column:
    """Perplexity of the response given all before it: a double, null if the sample does not fit or has no context."""
    return _call("gateau_perplexity", model, (context, instruction, response), options)


def segment_perplexity(
    model: Union[str, Column],
    context: ColumnOrName = "context",
    instruction: ColumnOrName = "instruction",
    response: ColumnOrName = "response",
    options: Optional[Options] = None,
) -> Column:
    """Perplexity of the response given each segment of the context alone: an array of doubles."""
    return _call("gateau_segment_perplexity", model, (context, instruction, response), options)


def attention_focus(
    model: Union[str, Column],
    context: ColumnOrName = "context",
    instruction: ColumnOrName = "instruction",
    response: ColumnOrName = "response",
    options: Optional[Options] = None,
) -> Column:
    """Mean attention that each segment of the context receives from the response: an array of doubles."""
    return _call("gateau_attention_focus", model, (context, instruction, response), options)


def segments(
    model: Union[str, Column], context: ColumnOrName = "context", options: Optional[Options] = None
) -> Column:
    """The segments of the context: an array of structs of from, tokens and text."""
    return _call("gateau_segments", model, (context,), options)


def chat(messages: ColumnOrName = "messages", instruction: Literal["last", "first"] = "last") -> Column:
    """A chat as a struct of context, instruction and response; null where the reader of files rejects it.

    messages is an array of turns, structs or maps with role and content, or from and value. The instruction is the last
    or the first paragraph of the user turn before the response.
    """
    return F.call_function("gateau_chat", _column(messages), F.lit(instruction))


def _call(
    name: str, model: Union[str, Column], texts: tuple[ColumnOrName, ...], options: Optional[Options]
) -> Column:
    arguments = [F.lit(model) if isinstance(model, str) else model, *map(_column, texts)]
    if options:
        pairs = [F.lit(str(text)) for option in options.items() for text in option]
        arguments.append(F.create_map(*pairs))
    return F.call_function(name, *arguments)


def _column(given: ColumnOrName) -> Column:
    return F.col(given) if isinstance(given, str) else given
