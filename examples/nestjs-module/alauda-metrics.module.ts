import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type Collector,
  type CollectorConfig,
  createCollector,
  createMetricsHandler,
  type Logger as MetricsLogger,
} from '@alauda-exporter/collector'
import {
  type BeforeApplicationShutdown,
  Controller,
  type DynamicModule,
  Get,
  Inject,
  Logger,
  Module,
  type OnModuleInit,
  Req,
  Res,
} from '@nestjs/common'

/** What to inject: `constructor(@Inject(ALAUDA_COLLECTOR) collector: Collector)`. */
export const ALAUDA_COLLECTOR = Symbol('ALAUDA_COLLECTOR')

@Controller('metrics')
class MetricsController {
  readonly #show: ReturnType<typeof createMetricsHandler>

  constructor(@Inject(ALAUDA_COLLECTOR) collector: Collector) {
    this.#show = createMetricsHandler(collector)
  }

  @Get()
  show(@Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    return this.#show(request, response)
  }
}

/** Collects the metrics of services on Alauda Cloud as long as the app is up, and shows them at `/metrics`. */
@Module({})
export class AlaudaMetricsModule implements OnModuleInit, BeforeApplicationShutdown {
  constructor(@Inject(ALAUDA_COLLECTOR) private readonly collector: Collector) {}

  static forRoot(config: Omit<CollectorConfig, 'logger'>): DynamicModule {
    const useFactory = () => createCollector({ ...config, logger: nestLogger(AlaudaMetricsModule.name) })
    return {
      module: AlaudaMetricsModule,
      controllers: [MetricsController],
      providers: [{ provide: ALAUDA_COLLECTOR, useFactory }],
      exports: [ALAUDA_COLLECTOR],
    }
  }

  onModuleInit(): void {
    this.collector.start()
  }

  // Not onApplicationShutdown: that comes after the last answer, and the scrape that waits for a first collection would hold
  // it up.
  beforeApplicationShutdown(): void {
    this.collector.stop()
  }
}

// Nest's levels have other names than pino's, and the message comes first.
const nestLogger = (context: string): MetricsLogger => {
  const logger = new Logger(context)
  return {
    debug: (fields, message) => logger.debug(`${message} ${JSON.stringify(fields)}`),
    info: (fields, message) => logger.log(`${message} ${JSON.stringify(fields)}`),
    warn: (fields, message) => logger.warn(`${message} ${JSON.stringify(fields)}`),
    error: (fields, message) => logger.error(`${message} ${JSON.stringify(fields)}`),
  }
}
