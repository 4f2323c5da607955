package io.gateau.jobs.doctor;

import io.gateau.jobs.console.Report;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Runs checks one after the other; one that throws is a finding, too. */
public final class Doctor implements Report {
  private final List<Finding> findings = new ArrayList<>();

  /** Runs a check. */
  void check(String name, Callable<Finding> check) {
    try {
      findings.add(check.call());
    } catch (Exception | LinkageError e) {
      findings.add(Finding.thrown(name, e));
    }
  }

  /** What was found, in order. */
  public List<Finding> findings() {
    return List.copyOf(findings);
  }

  /** Whether something keeps Gateau from running. */
  public boolean isFault() {
    return findings.stream().anyMatch(finding -> finding.grade() == Finding.Grade.FAULT);
  }

  @Override
  public void print(PrintStream out) {
    for (Finding finding : findings) {
      out.printf("%-8s %-18s %s%n", finding.grade().code(), finding.name(), finding.text());
      finding.remedy().ifPresent(remedy -> out.printf("%-8s %-18s -> %s%n", "", "", remedy));
    }
    out.flush();
  }
}
