package io.gateau.planted.real;

/** A paragraph by its numbers, from 0. */
record Place(int document, int paragraph) {}
