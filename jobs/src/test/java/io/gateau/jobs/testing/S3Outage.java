package io.gateau.jobs.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A way to an {@link S3Server} that can be closed for a while: connections break, and new ones are
 * answered with 503, as S3 answers who asks too much. Bytes pass unread otherwise.
 */
public final class S3Outage implements AutoCloseable {
  private static final String ENDPOINT = "fs.s3a.endpoint";
  private static final String BODY = "<Error><Code>SlowDown</Code></Error>";
  private static final byte[] SLOW_DOWN =
      ("HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nConnection: close\r\n"
              + "Content-Length: %d\r\n\r\n%s".formatted(BODY.length(), BODY))
          .getBytes(StandardCharsets.US_ASCII);

  private final S3Server server;
  private final URI endpoint;
  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile boolean broken;

  private S3Outage(S3Server server, ServerSocket listening) {
    this.server = server;
    this.endpoint = URI.create(server.hadoopSettings().get(ENDPOINT));
    this.listening = listening;
  }

  /** Opens a way to a server. */
  public static S3Outage of(S3Server server) throws IOException {
    S3Outage outage =
        new S3Outage(server, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    daemon(outage::accept);
    return outage;
  }

  /** Hadoop's settings with which a process takes this way, and with its usual patience. */
  public Map<String, String> hadoopSettings() {
    Map<String, String> settings = new HashMap<>(server.hadoopSettings());
    settings.put(ENDPOINT, "http://127.0.0.1:" + listening.getLocalPort());
    settings.remove("fs.s3a.attempts.maximum");
    settings.remove("fs.s3a.retry.limit");
    return settings;
  }

  /** Breaks what is open, and refuses what comes. */
  public void begin() throws IOException {
    broken = true;
    for (Socket socket : open) {
      socket.close();
    }
  }

  /** Lets everything pass again. */
  public void end() {
    broken = false;
  }

  /** How many requests were answered with 503. */
  public int refused() {
    return refused.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        daemon(() -> serve(client));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket client) {
    try (client) {
      if (broken) {
        // The answer is lost if the connection is closed with the request unread.
        client.getInputStream().readNBytes(1);
        client.getOutputStream().write(SLOW_DOWN);
        client.shutdownOutput();
        client.setSoTimeout(1_000);
        client.getInputStream().transferTo(OutputStream.nullOutputStream());
        refused.incrementAndGet();
        return;
      }
      try (Socket upstream = new Socket(endpoint.getHost(), endpoint.getPort())) {
        open.add(client);
        open.add(upstream);
        daemon(() -> pass(client, upstream));
        pass(upstream, client);
      } finally {
        open.remove(client);
      }
    } catch (IOException e) {
      refused.addAndGet(broken ? 1 : 0);
    }
  }

  private void pass(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      in.transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One side has closed the connection, and the other one now is.
    } finally {
      open.remove(from);
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "s3-outage");
    thread.setDaemon(true);
    thread.start();
  }

  /** Closes the way; the server goes on. */
  @Override
  public void close() throws IOException {
    listening.close();
    begin();
  }
}
