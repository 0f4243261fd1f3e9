package io.gantry.agent.docker.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.util.ByteString;
import io.gantry.agent.docker.Refusal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonObjectTest {
  private static JsonObject parse(String text) {
    return JsonObject.parse(ByteString.fromString(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"Image\":7}|invalid JSON: cannot read Image: expected a string, found a number",
        "{\"Cmd\":{\"a\":1}}|invalid JSON: cannot read Cmd: expected an array, found an object",
        "{\"Cmd\":[\"a\",1]}|invalid JSON: cannot read Cmd[1]: expected a string, found a number",
        "{\"Tty\":\"yes\"}|invalid JSON: cannot read Tty: expected a boolean, found a string",
        "{\"Labels\":{\"a\":1}}|invalid JSON: cannot read Labels.a: expected a string, found a"
            + " number",
        "{\"HostConfig\":[]}|invalid JSON: cannot read HostConfig: expected an object, found an"
            + " array",
        "{\"HostConfig\":{\"Memory\":\"1g\"}}|invalid JSON: cannot read HostConfig.Memory: expected"
            + " an integer, found a string",
        "{\"HostConfig\":{\"Memory\":1.5}}|invalid JSON: cannot read HostConfig.Memory: expected an"
            + " integer, found a number",
        "{\"HostConfig\":{\"Memory\":99999999999999999999}}|invalid JSON: cannot read"
            + " HostConfig.Memory: expected an integer, found 99999999999999999999",
        "{\"StopTimeout\":3000000000}|invalid JSON: cannot read StopTimeout: expected an integer of"
            + " 32 bits, found 3000000000",
        "{\"HostConfig\":{\"PortBindings\":{\"80/tcp\":[{\"HostPort\":80}]}}}|invalid JSON: cannot"
            + " read HostConfig.PortBindings.80/tcp[0].HostPort: expected a string, found a number",
        "{\"HostConfig\":{\"ConsoleSize\":[1]}}|invalid JSON: cannot read ConsoleSize: expected"
            + " [height, width]",
        "[1]|invalid JSON: expected an object, found an array"
      })
  void aWrongTypeIsRefusedWithItsPath(String body, String message) {
    assertThatThrownBy(() -> ContainerRequest.read(parse(body), ""))
        .isInstanceOf(Refusal.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":1,\"a\":2}|Duplicate field 'a'",
        "{\"a\":1} {\"b\":2}|Trailing token",
        "{\"a\":1}x|Unrecognized token 'x'",
        "{\"a\":|Unexpected end-of-input",
        "{'a':1}|Unexpected character",
        "{\"a\":NaN}|NaN",
        "{\"a\":\"\\ud800\"x}|Unexpected character"
      })
  void whatIsNotOneJsonObjectIsRefused(String body, String part) {
    assertThatThrownBy(() -> parse(body))
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith("invalid JSON: ")
        .hasMessageContaining(part);
  }

  @Test
  void nothingIsRefused() {
    assertThatThrownBy(() -> parse(""))
        .hasMessage("invalid JSON: got EOF while reading request body");
    assertThatThrownBy(() -> parse("  "))
        .hasMessage("invalid JSON: got EOF while reading request body");
  }

  @Test
  void deepNestingIsRefused() {
    assertThatThrownBy(() -> parse("{\"a\":" + "[".repeat(1000) + "]".repeat(1000) + "}"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("nesting depth");
  }

  @Test
  void namesMatchRegardlessOfCaseAndNullIsAbsent() {
    var body =
        parse("{\"image\":\"busybox\",\"CMD\":null,\"Tty\":null,\"HOSTCONFIG\":{\"memory\":7}}");
    var spec = ContainerRequest.read(body, "");
    assertThat(spec.getImage()).isEqualTo("busybox");
    assertThat(spec.getProcess().hasCmd()).isFalse();
    assertThat(spec.getResources().getMemoryBytes()).isEqualTo(7);
  }

  @Test
  void anEmptyCommandIsNotAnAbsentOne() {
    var spec = ContainerRequest.read(parse("{\"Entrypoint\":[],\"Cmd\":\"one word\"}"), "");
    assertThat(spec.getProcess().hasEntrypoint()).isTrue();
    assertThat(spec.getProcess().getEntrypoint().getValuesList()).isEmpty();
    assertThat(spec.getProcess().getCmd().getValuesList()).containsExactly("one word");
  }

  @Property(tries = 500)
  void anyTextIsReadOrRefused(@ForAll String text) {
    try {
      ContainerRequest.read(parse(text), "");
    } catch (Refusal refusal) {
      assertThat(refusal.getMessage()).startsWith("invalid JSON: ");
    }
  }

  @Property(tries = 500)
  void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
    try {
      JsonObject.parse(ByteString.fromArray(bytes));
    } catch (Refusal refusal) {
      assertThat(refusal.getMessage()).startsWith("invalid JSON: ");
    }
  }
}
