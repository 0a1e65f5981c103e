package dev.slipway.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import graphql.ExecutionInput;
import graphql.ParseAndValidate;
import graphql.ParseAndValidateResult;
import graphql.execution.CoercedVariables;
import graphql.execution.RawVariables;
import graphql.execution.ValuesResolver;
import graphql.language.OperationDefinition;
import graphql.schema.GraphQLSchema;
import graphql.schema.idl.SchemaParser;
import graphql.schema.idl.TypeDefinitionRegistry;
import graphql.schema.idl.UnExecutableSchemaGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A vendor's GraphQL schema, to hold queries and their variables against. */
public final class GraphqlDescription {

    private final GraphQLSchema schema;

    private GraphqlDescription(GraphQLSchema schema) {
        this.schema = schema;
    }

    /** @return empty where the descriptions are not on this machine */
    public static Optional<GraphqlDescription> find(String file) {
        Path path = Path.of(System.getProperty("slipway.vendor-apis", "../../shared/vendor-apis"))
                .resolve(file);
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        try {
            TypeDefinitionRegistry types = new SchemaParser().parse(Files.readString(path));
            return Optional.of(new GraphqlDescription(UnExecutableSchemaGenerator.makeUnExecutableSchema(types)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What of a request's body is not as described; empty where all is. */
    @SuppressWarnings("unchecked")
    public List<String> problems(JsonNode body) {
        Map<String, Object> variables = new ObjectMapper().convertValue(body.path("variables"), Map.class);
        ParseAndValidateResult result = ParseAndValidate.parseAndValidate(
                schema,
                ExecutionInput.newExecutionInput(body.path("query").asText())
                        .variables(variables)
                        .build());
        if (result.isFailure()) {
            return result.getErrors().stream().map(error -> error.getMessage()).toList();
        }
        OperationDefinition operation = result.getDocument()
                .getDefinitionsOfType(OperationDefinition.class)
                .get(0);
        try {
            CoercedVariables coerced = ValuesResolver.coerceVariableValues(
                    schema,
                    operation.getVariableDefinitions(),
                    RawVariables.of(variables),
                    graphql.GraphQLContext.getDefault(),
                    Locale.ROOT);
            return variables.keySet().stream()
                    .filter(name -> !coerced.containsKey(name))
                    .map(name -> "the variable " + name + " is not declared")
                    .collect(Collectors.toList());
        } catch (RuntimeException wrong) {
            return List.of(String.valueOf(wrong.getMessage()));
        }
    }
}
