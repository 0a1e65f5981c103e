package dev.slipway.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresUrlTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "postgres://ana:pw@db.example.com:6543/shop ana pw db.example.com 6543 shop",
                "postgresql://ana:pw@db.example.com/shop ana pw db.example.com 5432 shop",
                "POSTGRESQL://ana:pw@db/shop ana pw db 5432 shop",
                "postgresql://ana:p@ss:w#r%d[1]@db/shop ana p@ss:w#r%d[1] db 5432 shop",
                "postgresql://ana:p%40s%2Fs+%25@db/shop ana p@s/s+% db 5432 shop",
                "postgresql://ana:p/w?x@db/shop ana p/w?x db 5432 shop",
                "postgresql://ana%40corp:pw@[::1]:5433/shop ana@corp pw ::1 5433 shop",
                "postgresql://ana:pw@a:1,b:2/shop ana pw a,b 1,2 shop",
                "postgresql://ana:pw@db ana pw db 5432 ana",
                "postgresql://db/shop?user=ana&password=p@w ana p@w db 5432 shop",
                "postgresql:///shop?host=db&port=7&user=ana&password=pw ana pw db 7 shop",
                "postgresql://ana:pw@db/sh%20op ana pw db 5432 'sh op'",
                "jdbc:postgresql://db:5433/shop?user=ana&password=pw ana pw db 5433 shop",
                "jdbc:postgresql:shop?user=ana&password=pw ana pw localhost 5432 shop",
                "jdbc:postgresql://db/shop?user=ana&password=p%2Bw%26 ana p+w& db 5432 shop",
                "jdbc:postgresql://db/shop?user=ana&password=p+w ana 'p w' db 5432 shop",
                "postgresql://db/shop?user=ana&password=p+w ana p+w db 5432 shop",
                "postgresql+psycopg2://ana:pw@db/shop ana pw db 5432 shop",
                "postgres+asyncpg://ana:p+w@db/shop ana p+w db 5432 shop",
                "postgresql://ana:pw@[::1]:5433,[2001:db8::2]/shop ana pw ::1,2001:db8::2 5433,5432 shop",
                "postgresql://ana:pw@[fe80::1%25eth0]/shop ana pw fe80::1%eth0 5432 shop",
                "postgresql://ana:p#w@db/shop ana p#w db 5432 shop",
                "postgresql://ana:100%@db/shop ana 100% db 5432 shop",
                "postgresql://postgres.abcdefgh:p%5Bw%5D@aws-0-eu-central-1.pooler.supabase.com:5432/postgres"
                        + " postgres.abcdefgh p[w] aws-0-eu-central-1.pooler.supabase.com 5432 postgres",
                "postgresql://ana:pw@ep-cool-1-pooler.eu-central-1.aws.neon.tech/shop?sslmode=require&channel_binding=require"
                        + " ana pw ep-cool-1-pooler.eu-central-1.aws.neon.tech 5432 shop",
            })
    void readsEveryUrl(String text, String user, String password, String host, String port, String database) {
        reads(text, user, password, host, port, database);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "host=db port=5433 dbname=shop user=ana password=pw|pw|db|5433",
                "host = db dbname=shop user=ana password='p w=\\'x\\\\'|p w='x\\|db|5432",
                "host=db dbname=shop user=ana password=p\\ w@#%+[|p w@#%+[|db|5432",
                "host=a,b port=1,2 dbname=shop user=ana password=pw|pw|a,b|1,2",
                "host=a,b port=7 dbname=shop user=ana password=pw|pw|a,b|7,7",
                "hostaddr=10.0.0.7 dbname=shop user=ana password=pw|pw|10.0.0.7|5432",
                "host=::1 dbname=shop\tuser=ana password=pw keepalives_idle=30|pw|::1|5432",
                "\"postgresql://ana:pw@db/shop\"|pw|db|5432",
                "'host=db dbname=shop user=ana password=pw'|pw|db|5432",
            })
    void readsPairsAndQuotedValues(String text, String password, String host, String port) {
        reads(text, "ana", password, host, port, "shop");
    }

    @Test
    void readsALoginAsTheJavaDriverDoes() {
        String text = "jdbc:postgresql://db:7,[::1]:8/shop?user=a%40b&password=p+w%25%2B";

        Properties theirs = org.postgresql.Driver.parseURL(text, null);

        PostgresUrl ours = PostgresUrl.parse(text);
        assertThat(ours.properties().getProperty("user")).isEqualTo(theirs.getProperty("user"));
        assertThat(ours.properties().getProperty("password")).isEqualTo(theirs.getProperty("password"));
        assertThat(ours.jdbcUrl()).isEqualTo("jdbc:postgresql://db:7,[::1]:8/shop");
    }

    private static void reads(String text, String user, String password, String host, String port, String database) {
        PostgresUrl url = PostgresUrl.parse(text);

        assertThat(url.libpqEnvironment())
                .containsEntry("PGUSER", user)
                .containsEntry("PGPASSWORD", password)
                .containsEntry("PGHOST", host)
                .containsEntry("PGPORT", port)
                .containsEntry("PGDATABASE", database);
        assertThat(url.properties()).containsEntry("user", user).containsEntry("password", password);
        assertThat(url.jdbcUrl()).startsWith("jdbc:postgresql://").doesNotContain(password);
        assertThat(url.toString()).doesNotContain(password).contains(user).contains(database);
    }

    @Test
    void keepsTheSchemaThatATextNames() {
        assertThat(PostgresUrl.parse("postgresql://ana:pw@db/shop?schema=sales").schema())
                .isEqualTo("sales");
        assertThat(PostgresUrl.parse("postgresql://ana:pw@db/shop").schema()).isEmpty();
        PostgresUrl jdbc = PostgresUrl.parse("jdbc:postgresql://db/shop?user=ana&currentSchema=my%20sales,public");
        assertThat(jdbc.properties()).containsEntry("currentSchema", "my sales,public");
        assertThat(jdbc.libpqEnvironment()).containsEntry("PGOPTIONS", "-c search_path=my\\ sales,public");
    }

    @Test
    void knowsTheCertificatesOfTheSystemAndOfAFile() {
        PostgresUrl system = PostgresUrl.parse("host=db user=ana sslmode=verify-full sslrootcert=system");
        assertThat(system.properties())
                .containsEntry("sslmode", "verify-full")
                .containsEntry("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory")
                .doesNotContainKey("sslrootcert");
        assertThat(system.libpqEnvironment()).containsEntry("PGSSLROOTCERT", "system");
        PostgresUrl file = PostgresUrl.parse("postgresql://ana@db/shop?sslmode=verify-ca&sslrootcert=%2Fetc%2Fca.pem");
        assertThat(file.properties()).containsEntry("sslrootcert", "/etc/ca.pem");
        assertThat(file.libpqEnvironment()).containsEntry("PGSSLROOTCERT", "/etc/ca.pem");
        assertThat(PostgresUrl.parse("postgresql://ana@db/shop?sslmode=no-verify")
                        .libpqEnvironment())
                .containsEntry("PGSSLMODE", "require");
    }

    @ParameterizedTest
    @CsvSource({
        "service=shop, a service file is not read",
        "postgresql://ana@db/shop?passfile=x, a password file is not read",
        "prisma://accelerate.prisma-data.net/?api_key=hunter2, Prisma's proxy",
        "postgresql://postgres:[YOUR-PASSWORD]@db.abc.supabase.co:5432/postgres, placeholder",
        "postgresql://ana@db/shop?sslmode=strict, sslmode is none of",
        "'postgresql://ana@a:1,b:2/shop?port=1,2,3', 2 hosts and 3 ports",
        "host=db password='hunter2, single quote is not closed",
        "host=db password=x hunter2, a name and \"=\" are expected",
    })
    void saysWhatToWriteInstead(String text, String why) {
        assertThatThrownBy(() -> PostgresUrl.parse(text))
                .isInstanceOf(DatabaseRefused.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void leavesOutWhatOnlyOtherToolsKnow() {
        PostgresUrl url = PostgresUrl.parse(
                "postgresql://ana:pw@db/shop?pgbouncer=true&schema=public&connection_limit=1&pool_timeout=0&sslmode=require");

        assertThat(url.libpqEnvironment()).containsEntry("PGSSLMODE", "require").hasSize(8);
        assertThat(url.properties()).containsOnlyKeys("user", "password", "sslmode");
    }

    @Test
    void tellsBothDriversTheSame() {
        PostgresUrl url =
                PostgresUrl.parse("postgresql://ana:pw@ep-x.neon.tech/shop?sslmode=verify-full&channel_binding=require"
                        + "&options=endpoint%3Dep-x&target_session_attrs=read-write&application_name=a%20b");

        assertThat(url.libpqEnvironment())
                .containsEntry("PGCHANNELBINDING", "require")
                .containsEntry("PGOPTIONS", "endpoint=ep-x")
                .containsEntry("PGTARGETSESSIONATTRS", "read-write")
                .containsEntry("PGAPPNAME", "a b");
        assertThat(url.properties())
                .containsEntry("sslmode", "verify-full")
                .containsEntry("channelBinding", "require")
                .containsEntry("targetServerType", "primary")
                .containsEntry("ApplicationName", "a b");
        assertThat(org.postgresql.PGProperty.forName("channelBinding")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hunter2",
                "mysql://ana:hunter2@db/shop",
                "postgresql:ana:hunter2@db/shop",
                "postgresql://ana:hunter2@db:port/shop",
                "postgresql://ana:hunter2@db:99999/shop",
                "postgresql://ana:hunter2@%2Fvar%2Frun/shop",
                "postgresql://ana:hunter2@db/shop?sslmod=require",
                "postgresql://ana:hunter2@d b/shop",
            })
    void refusesWhatIsNoUrlWithoutRepeatingIt(String text) {
        assertThatThrownBy(() -> PostgresUrl.parse(text))
                .isInstanceOf(DatabaseRefused.class)
                .hasMessageStartingWith("the value is no PostgreSQL URL: ")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void showsNoPieceOfAPasswordThatHoldsASlash() {
        assertThatThrownBy(() -> PostgresUrl.parse("postgres://shop:first@second/third@127.0.0.1:5432/shop"))
                .isInstanceOf(DatabaseRefused.class)
                .hasMessageContaining("write it as %2F")
                .hasMessageNotContainingAny("second", "third");
    }
}
