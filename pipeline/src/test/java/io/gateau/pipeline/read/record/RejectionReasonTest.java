package io.gateau.pipeline.read.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gateau.chat.ChatFault;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RejectionReasonTest {

  @ParameterizedTest
  @EnumSource(ChatFault.Reason.class)
  void everyFaultOfAChatIsAReasonOfTheSameName(ChatFault.Reason fault) {
    assertEquals(fault.name(), RejectionReason.of(fault.code()).name());
  }
}
