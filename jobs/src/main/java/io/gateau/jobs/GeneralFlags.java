package io.gateau.jobs;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The flags of every job that are no settings. */
final class GeneralFlags {
  @ArgGroup(heading = "%nGeneral:%n", exclusive = false, validate = false, order = 100)
  private final General general = new General();

  // picocli itself acts on help and version.
  @SuppressWarnings("UnusedVariable")
  private static final class General {
    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "YAML file of settings; flags win over it. conf/gateau.yaml lists every key.")
    private Path config;

    @Option(names = "--verbose", description = "After an error, show the stack trace too.")
    private boolean verbose;

    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this help and exit.")
    private boolean help;

    @Option(
        names = {"-V", "--version"},
        versionHelp = true,
        description = "Show versions and exit.")
    private boolean version;
  }

  Optional<Path> config() {
    return Optional.ofNullable(general.config);
  }

  boolean isVerbose() {
    return general.verbose;
  }
}
