package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import io.gantry.agent.Engine;
import io.gantry.agent.Membership;
import io.gantry.agent.Outcome;
import io.gantry.agent.Secret;
import io.gantry.agent.docker.json.JsonObject;
import io.gantry.agent.docker.json.JsonWriter;
import io.gantry.agent.docker.json.SwarmJson;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.ClusterView;
import io.gantry.protocol.v1.NodeAvailability;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * {@code docker swarm}: the cluster as Docker's clients make, enter and leave it. What {@code
 * gantry cluster} does, in Docker's words.
 */
final class SwarmRoutes {
  private static final String ALREADY =
      "This node is already part of a swarm. Use \"docker swarm leave\" to leave this swarm and"
          + " join another one.";

  private final Engine engine;

  SwarmRoutes(Engine engine) {
    this.engine = engine;
  }

  void addTo(Router router) {
    router
        .get("/swarm", this::inspect)
        .post("/swarm/init", this::init)
        .post("/swarm/join", this::join)
        .post("/swarm/leave", this::leave)
        .post("/swarm/update", this::update)
        .get("/swarm/unlockkey", this::unlockKey)
        .post("/swarm/unlock", this::unlock);
  }

  private Membership membership() {
    return engine.membership();
  }

  private CompletionStage<HttpResponse> inspect(Call call) {
    var view = Swarm.require(engine);
    return Replies.reply(
        membership().token(call.caller(), false),
        token -> Answers.json(200, json -> SwarmJson.write(json, view, token.value())));
  }

  // -- in and out

  private CompletionStage<HttpResponse> init(Call call) {
    return call.json()
        .thenApply(JsonObject::parse)
        .thenCompose(
            body -> {
              refuseMember();
              SwarmRequest.checkInit(body);
              var availability = NodeRoutes.availability(body);
              return membership()
                  .init(call.caller(), SwarmRequest.address(body))
                  .thenCompose(made -> made.then(view -> available(call, view, availability)));
            })
        .thenApply(
            outcome ->
                Replies.reply(
                    outcome,
                    view -> Answers.json(200, json -> json.value(Swarm.own(view).getId()))));
  }

  private void refuseMember() {
    if (Swarm.isMember(engine)) {
      throw new Refusal(ErrorKind.UNAVAILABLE, ALREADY);
    }
  }

  private CompletionStage<Outcome<ClusterView>> available(
      Call call, ClusterView view, NodeAvailability availability) {
    if (availability == NodeAvailability.NODE_AVAILABILITY_ACTIVE) {
      return CompletableFuture.completedStage(Outcome.done(view));
    }
    return engine
        .services()
        .updateNode(
            call.caller(), Swarm.own(view).getId(), OptionalLong.empty(), availability, Map.of())
        .thenApply(outcome -> outcome.map(_ -> view));
  }

  private CompletionStage<HttpResponse> join(Call call) {
    return call.json()
        .thenApply(JsonObject::parse)
        .thenCompose(
            body -> {
              refuseMember();
              SwarmRequest.checkListen(body);
              var availability = NodeRoutes.availability(body);
              return membership()
                  .join(
                      call.caller(),
                      SwarmRequest.remote(body),
                      new Secret(body.textOr("JoinToken", "")),
                      SwarmRequest.address(body))
                  .thenCompose(made -> made.then(view -> available(call, view, availability)));
            })
        .thenApply(outcome -> Replies.reply(outcome, _ -> Answers.empty(200)));
  }

  private CompletionStage<HttpResponse> leave(Call call) {
    var view = membership().view();
    if (!Swarm.isMember(view)) {
      throw new Refusal(ErrorKind.UNAVAILABLE, "This node is not part of a swarm");
    }
    if (view.getHostsCount() == 1 && !call.flag("force")) {
      throw new Refusal(
          ErrorKind.UNAVAILABLE,
          "You are attempting to leave the swarm on a node that is participating as a manager."
              + " Removing the last manager erases all current state of the swarm. Use `--force` to"
              + " ignore this message.");
    }
    return membership()
        .leave(call.caller())
        .thenApply(outcome -> Replies.reply(outcome, _ -> Answers.empty(200)));
  }

  // -- settings

  /** Another token may take the place of the one there is; no setting can be changed. */
  private CompletionStage<HttpResponse> update(Call call) {
    Swarm.require(engine);
    Swarm.version(call, "swarm");
    if (call.flag("rotateManagerUnlockKey")) {
      throw noKey();
    }
    return call.json()
        .thenApply(JsonObject::parse)
        .thenCompose(
            body -> {
              SwarmRequest.checkUnchanged(
                  body, JsonObject.parse(JsonWriter.render(SwarmRoutes::spec)));
              return call.flag("rotateWorkerToken") || call.flag("rotateManagerToken")
                  ? membership().token(call.caller(), true)
                  : CompletableFuture.completedStage(Outcome.done(new Secret("")));
            })
        .thenApply(outcome -> Replies.reply(outcome, _ -> Answers.empty(200)));
  }

  private static void spec(JsonWriter json) {
    json.object(() -> SwarmJson.spec(json));
  }

  private CompletionStage<HttpResponse> unlockKey(Call call) {
    Swarm.require(engine);
    return Answers.now(Answers.json(200, json -> json.object(() -> json.text("UnlockKey", ""))));
  }

  private CompletionStage<HttpResponse> unlock(Call call) {
    throw noKey();
  }

  private static Refusal noKey() {
    return new Refusal(
        ErrorKind.CONFLICT, "the swarm is not locked: there is no lock and no unlock key here");
  }
}
