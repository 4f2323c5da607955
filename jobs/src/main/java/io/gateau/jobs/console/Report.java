package io.gateau.jobs.console;

import java.io.PrintStream;

/** What a command says at its end. */
public interface Report {
  void print(PrintStream out);
}
