package io.gateau.pipeline.read.json;

import io.gateau.pipeline.read.record.Rejection;
import java.util.Optional;

/**
 * The bytes of one record before parsing.
 *
 * @param line the 1-based line where it starts
 * @param text its text if it is whole and UTF-8; otherwise its beginning, for a person to look at
 * @param fault why it cannot be parsed; empty if it can
 */
record RawRecord(long line, String text, Optional<Rejection> fault) {}
