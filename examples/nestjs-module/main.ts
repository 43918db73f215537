import 'reflect-metadata'
import { createAlaudaClient } from '@alauda-exporter/alauda-client'
import { Logger, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { AlaudaMetricsModule } from './alauda-metrics.module.js'

const { ALAUDA_USERNAME = '', ALAUDA_PASSWORD = '', ALAUDA_ENDPOINT, ALAUDA_NAMESPACE, PORT = '3000' } = process.env

@Module({
  imports: [
    AlaudaMetricsModule.forRoot({
      client: createAlaudaClient({
        endpoint: ALAUDA_ENDPOINT || undefined,
        credentials: { username: ALAUDA_USERNAME, password: ALAUDA_PASSWORD },
      }),
      namespaces: [ALAUDA_NAMESPACE || ALAUDA_USERNAME],
    }),
  ],
})
class AppModule {}

const app = await NestFactory.create(AppModule)
// Without this, Nest does not call its modules' shutdown hooks.
app.enableShutdownHooks()
await app.listen(Number(PORT), '127.0.0.1')
new Logger('Main').log(`${await app.getUrl()}/metrics`)
