/** What the API takes and answers. Made from its document by `npm run client`: not to be edited. */
export interface paths {
    "/api/v6/task": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists definitions */
        get: operations["listDefinitions"];
        put?: never;
        /**
         * Saves a definition
         * @description Its alias must be free: else 409.
         */
        post: operations["createDefinition"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/task": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/task/alias/{alias}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A definition by its alias */
        get: operations["getDefinitionByAlias"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/task/alias/{alias}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/task/{definition_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A definition */
        get: operations["getDefinition"];
        /**
         * Changes a definition
         * @description What the body leaves out, or has as an empty text, stays. Runs that were accepted before do not change.
         */
        put: operations["updateDefinition"];
        post?: never;
        /**
         * Deletes a definition
         * @description Its runs stay. While some of them are not over it is refused with 409, unless they are to be stopped.
         */
        delete: operations["deleteDefinition"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/task/{definition_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/task/{definition_id}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the revisions of a definition, the newest first */
        get: operations["listRevisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/task/{definition_id}/revisions/{revision}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A revision of a definition, or with `1..3` how two of them differ */
        get: operations["getRevision"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/task/{definition_id}/revisions/{revision}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Makes a definition what it was
         * @description As a new revision, which is answered.
         */
        put: operations["restoreRevision"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/task/{definition_id}/execute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Runs a definition
         * @description Answers at once, with the run QUEUED. Variables that Flotilla sets itself are refused with 409.
         */
        put: operations["executeDefinition"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v4/task/{definition_id}/execute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/task/{definition_id}/execute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/task/{definition_id}/execute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/task/alias/{alias}/execute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Runs a definition
         * @description Answers at once, with the run QUEUED. Variables that Flotilla sets itself are refused with 409.
         */
        put: operations["executeDefinitionByAlias"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/task/alias/{alias}/execute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The groups that definitions have, by name */
        get: operations["listGroups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The tags that definitions have, by name */
        get: operations["listTags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists runs */
        get: operations["listRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/task/{definition_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the runs of a definition */
        get: operations["listRunsOfDefinition"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/task/{definition_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v7/template/{template_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the runs of a template */
        get: operations["listRunsOfTemplate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/history/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A run, with the way that it has gone */
        get: operations["getRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/history/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/task/history/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A run, with the way that it has gone */
        get: operations["getTaskRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/task/history/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/task/{definition_id}/history/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A run, with the way that it has gone */
        get: operations["getRunOfDefinition"];
        put?: never;
        post?: never;
        /**
         * Stops a run, and what its job has started
         * @description Answers before it is stopped. A run that is over stays as it is.
         */
        delete: operations["stopRun"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/task/{definition_id}/history/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v7/template/history/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A run, with the way that it has gone */
        get: operations["getTemplateRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v7/template/{template_id}/history/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A run, with the way that it has gone */
        get: operations["getRunOfTemplate"];
        put?: never;
        post?: never;
        /**
         * Stops a run, and what its job has started
         * @description Answers before it is stopped. A run that is over stays as it is.
         */
        delete: operations["stopRunOfTemplate"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/history/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stops many runs, and what their jobs have started
         * @description Those that match when it is asked for. Answers before they are stopped.
         */
        post: operations["stopRuns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/history/stop/{stop_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a stop of many runs is
         * @description Kept for some days.
         */
        get: operations["getStop"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/history/{run_id}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why a run is where it is, and what to do */
        get: operations["explainRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/history/{run_id}/payload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a template's run was filled with
         * @description Jobs find its address in FLOTILLA_RUN_PAYLOAD_URI.
         */
        get: operations["getPayload"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/history/{run_id}/manifest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the run's backend was asked to create
         * @description In the words of the backend, without the values of variables. 404 where an engine has no such document.
         */
        get: operations["getManifest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/task/{definition_id}/history/{run_id}/manifest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the run's backend was asked to create
         * @description In the words of the backend, without the values of variables. 404 where an engine has no such document.
         */
        get: operations["getManifestOfDefinition"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/{run_id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The status of a run, to be asked for often */
        get: operations["getStatus"];
        /**
         * Tells how a run ended
         * @description By whoever knows better. Its container is stopped then. A run that is over stays as it is: 409.
         */
        put: operations["reportStatus"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{run_id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/{run_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What its backend reported about a run */
        get: operations["getEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{run_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/{run_id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The output of a run
         * @description By pages, or whole.
         */
        get: operations["getLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{run_id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens to all runs, from now on
         * @description 503 where no stream is free.
         */
        get: operations["streamRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/history/{run_id}/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens to a run, from its beginning to its end
         * @description 503 where no stream is free.
         */
        get: operations["streamRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/{run_id}/logs/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The output of a run, as it is written
         * @description 503 where no stream is free.
         */
        get: operations["streamLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{run_id}/logs/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v7/template": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists templates */
        get: operations["listTemplates"];
        put?: never;
        /**
         * Saves a template, as a new version where its name is known
         * @description What says nothing new makes no version: the latest is answered.
         */
        post: operations["createTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v7/template/{template_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A template, in one version */
        get: operations["getTemplate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v7/template/{template_id}/execute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Runs a template
         * @description Its command is rendered from the payload and the defaults below it. Answers at once, with the run QUEUED.
         */
        put: operations["executeTemplate"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v7/template/name/{template_name}/version/{template_version}/execute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Runs a template
         * @description Its command is rendered from the payload and the defaults below it. Answers at once, with the run QUEUED.
         */
        put: operations["executeTemplateByName"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/webhook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists webhooks */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Has an address told of what happens to runs from now on
         * @description Its host must have public addresses, or be allowed by the configuration. There are 1000 at most: else 409.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/webhook/{webhook_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A webhook, and how its deliveries go */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        /** Removes a webhook */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/webhook/{webhook_id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Goes on with a webhook that was disabled
         * @description What failed is sent again at once.
         */
        put: operations["enableWebhook"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/clusters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists clusters
         * @description The names that runs may ask for, or with `detail` what is known of each.
         */
        get: operations["listClusters"];
        put?: never;
        /**
         * Says something of a cluster
         * @description Runs go to it only where the configuration of its engine names it, too.
         */
        post: operations["createCluster"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/clusters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/clusters/{cluster_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A cluster */
        get: operations["getCluster"];
        /**
         * Says something else of a cluster
         * @description What the body leaves out stays.
         */
        put: operations["updateCluster"];
        post?: never;
        /** Forgets what was said of a cluster */
        delete: operations["deleteCluster"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v5/worker": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the kinds of work, by engine */
        get: operations["listWorkers"];
        /** Says how many there shall be of several kinds */
        put: operations["setWorkers"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v5/worker/{worker_type}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A kind of work of one engine */
        get: operations["getWorker"];
        /**
         * Says how many there shall be of a kind
         * @description Of one engine, or of all. 0 for `submit` pauses pickup; other kinds cannot be switched off.
         */
        put: operations["setWorker"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the API answers */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether what the API needs answers now
         * @description Postgres and Temporal: else 503, within seconds. What workers say of clusters is told beside them.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What this installation is, and its limits */
        get: operations["getInfo"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v6/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["getDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Error: {
            /**
             * @description What to mend, a line per fault
             * @example string [image] must be specified
             */
            error: string;
            /** @description Which fields it is about, where that is known */
            fields?: {
                /**
                 * @description Its path in the body, or the name of a parameter
                 * @example env.0.name
                 */
                field: string;
                message: string;
            }[];
            /** @description Of a 422: the run that the key was used for */
            run_id?: string;
            /** @description Of a 412: the one that the definition has */
            revision?: number;
        };
        Definition: {
            env: components["schemas"]["EnvVar"][];
            /** @description Of its task definition at ECS, empty where there is none */
            arn: string;
            /** @example examples-6b1f3c5e-9d7a-4a52-8a0e-0d3f2a1c4b5d */
            definition_id: string;
            /** @example examples */
            group_name: string;
            /**
             * @description Unique
             * @example hello-flotilla
             */
            alias: string;
            /**
             * @description A shell script
             * @example echo "hello ${USERNAME}"
             */
            command: string;
            /** @example ubuntu:24.04 */
            image: string;
            /**
             * @description In MB
             * @example 512
             */
            memory: number;
            privileged: boolean;
            /** @description Whether runs get more memory after an OOM kill; true where it is not said */
            adaptive_resource_allocation: boolean;
            /** @description Whether an attempt that the platform took away is tried again */
            retry_on_interruption: boolean;
            /** @description Whether an attempt that ran out of memory is tried again */
            retry_on_oom: boolean;
            /** @description Its definition_id */
            container_name: string;
            ports: number[];
            tags: string[];
            /** @description Whose it is */
            user?: string;
            /**
             * @description In 1/1024 CPU on engines ecs and local, in milli-CPU on eks
             * @example 1024
             */
            cpu?: number;
            /** @description A number of devices */
            gpu?: number;
            /** @description In MB */
            shared_memory_size?: number;
            /** @description In MB; engines that have no such limit ignore it */
            ephemeral_storage?: number;
            /** @description Where its runs go unless they say otherwise */
            target_cluster?: string;
            /** @description Of its content: each change makes another */
            revision?: number;
        };
        ListedDefinition: {
            env: components["schemas"]["EnvVar"][];
            /** @description Of its task definition at ECS, empty where there is none */
            arn: string;
            /** @example examples-6b1f3c5e-9d7a-4a52-8a0e-0d3f2a1c4b5d */
            definition_id: string;
            /** @example examples */
            group_name: string;
            /**
             * @description Unique
             * @example hello-flotilla
             */
            alias: string;
            /**
             * @description A shell script
             * @example echo "hello ${USERNAME}"
             */
            command: string;
            /** @example ubuntu:24.04 */
            image: string;
            /**
             * @description In MB
             * @example 512
             */
            memory: number;
            privileged: boolean;
            /** @description Whether runs get more memory after an OOM kill; true where it is not said */
            adaptive_resource_allocation: boolean;
            /** @description Whether an attempt that the platform took away is tried again */
            retry_on_interruption: boolean;
            /** @description Whether an attempt that ran out of memory is tried again */
            retry_on_oom: boolean;
            /** @description Its definition_id */
            container_name: string;
            ports: number[];
            tags: string[];
            /** @description Whose it is */
            user?: string;
            /**
             * @description In 1/1024 CPU on engines ecs and local, in milli-CPU on eks
             * @example 1024
             */
            cpu?: number;
            /** @description A number of devices */
            gpu?: number;
            /** @description In MB */
            shared_memory_size?: number;
            /** @description In MB; engines that have no such limit ignore it */
            ephemeral_storage?: number;
            /** @description Where its runs go unless they say otherwise */
            target_cluster?: string;
            /** @description Of its content: each change makes another */
            revision?: number;
            last_run?: {
                run_id: string;
                /** @description Of its row: it grows with each change */
                version: number;
                /** @enum {unknown} */
                status: "QUEUED" | "PENDING" | "RUNNING" | "NEEDS_RETRY" | "STOPPED";
                /**
                 * Format: date-time
                 * @example 2026-01-31T12:00:00.000Z
                 */
                queued_at: string;
                /**
                 * Format: date-time
                 * @example 2026-01-31T12:00:00.000Z
                 */
                started_at?: string;
                /**
                 * Format: date-time
                 * @example 2026-01-31T12:00:00.000Z
                 */
                finished_at?: string;
                exit_code?: number;
                /** @enum {unknown} */
                outcome?: "SUCCESS" | "USER" | "OOM" | "CONFIG" | "CAPACITY" | "INFRA_START" | "INFRA_LOST" | "TIMEOUT" | "CANCELLED" | "REPORTED";
            };
        };
        /**
         * @example {
         *       "alias": "greet",
         *       "group_name": "examples",
         *       "image": "ubuntu:latest",
         *       "memory": 512,
         *       "command": "echo \"hello ${USERNAME}\"",
         *       "env": [
         *         {
         *           "name": "USERNAME",
         *           "value": "world"
         *         }
         *       ]
         *     }
         */
        NewDefinition: {
            /** @example ubuntu:24.04 */
            image: string;
            /** @description Group name can only contain letters, numbers, hyphens, and underscores, 255 characters or less */
            group_name: string;
            /** @description alias must have 255 characters or less and no / */
            alias: string;
            /**
             * @description A shell script
             * @example echo "hello ${USERNAME}"
             */
            command: string;
            /**
             * @description In MB
             * @example 512
             */
            memory: number;
            /**
             * @description In 1/1024 CPU on engines ecs and local, in milli-CPU on eks
             * @example 1024
             */
            cpu?: number;
            /** @description A number of devices */
            gpu?: number;
            /** @description In MB; engines that have no such limit ignore it */
            ephemeral_storage?: number;
            /** @description Whether an attempt that the platform took away is tried again */
            retry_on_interruption?: boolean;
            /** @description Whether an attempt that ran out of memory is tried again */
            retry_on_oom?: boolean;
            env?: {
                /** @description env names must not contain = */
                name: string;
                value: string;
            }[];
            tags?: string[];
            ports?: number[];
            /** @description Whose it is */
            user?: string;
            privileged?: boolean;
            /** @description Whether runs get more memory after an OOM kill; true where it is not said */
            adaptive_resource_allocation?: boolean;
            /** @description In MB */
            shared_memory_size?: number;
            /** @description Where its runs go unless they say otherwise */
            target_cluster?: string;
        };
        /**
         * @example {
         *       "memory": 1024
         *     }
         */
        DefinitionChange: {
            /** @example ubuntu:24.04 */
            image?: string;
            /** @description Group name can only contain letters, numbers, hyphens, and underscores, 255 characters or less */
            group_name?: string;
            /** @description alias must have 255 characters or less and no / */
            alias?: string;
            /**
             * @description A shell script
             * @example echo "hello ${USERNAME}"
             */
            command?: string;
            /**
             * @description In MB
             * @example 512
             */
            memory?: number;
            /**
             * @description In 1/1024 CPU on engines ecs and local, in milli-CPU on eks
             * @example 1024
             */
            cpu?: number;
            /** @description A number of devices */
            gpu?: number;
            /** @description In MB; engines that have no such limit ignore it */
            ephemeral_storage?: number;
            /** @description Whether an attempt that the platform took away is tried again */
            retry_on_interruption?: boolean;
            /** @description Whether an attempt that ran out of memory is tried again */
            retry_on_oom?: boolean;
            env?: {
                /** @description env names must not contain = */
                name: string;
                value: string;
            }[];
            tags?: string[];
            ports?: number[];
            /** @description Whose it is */
            user?: string;
            privileged?: boolean;
            /** @description Whether runs get more memory after an OOM kill; true where it is not said */
            adaptive_resource_allocation?: boolean;
            /** @description In MB */
            shared_memory_size?: number;
            /** @description Where its runs go unless they say otherwise */
            target_cluster?: string;
        };
        EnvVar: {
            /** @example USERNAME */
            name: string;
            /** @description Masked where it looks like a secret, and the caller may not see it */
            value: string;
        };
        Revision: {
            revision: number;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            made_at: string;
            /** @description Which fields differ from the revision before */
            changed: string[];
            definition: components["schemas"]["Definition"];
            made_by?: string;
        };
        Difference: {
            from: number;
            to: number;
            /** @description A field that one of the two does not have is left out there */
            changes: {
                field: string;
                before?: unknown;
                after?: unknown;
            }[];
        };
        /**
         * @example {
         *       "run_tags": {
         *         "owner_id": "you"
         *       }
         *     }
         */
        Launch: {
            /** @description Left out: one that the definition or the tier goes to, else the default */
            cluster?: string;
            /** @description Of all values only those that from_run has may be left out */
            env?: {
                /** @description env names must not contain = */
                name: string;
                value?: string;
            }[];
            /**
             * @description Left out: the default
             * @example local
             * @example eks
             * @example ecs
             */
            engine?: string;
            tier?: string;
            description?: string;
            /** @description Instead of the definition's */
            command?: string;
            /**
             * @description In MB
             * @example 512
             */
            memory?: number;
            /**
             * @description In 1/1024 CPU on engines ecs and local, in milli-CPU on eks
             * @example 1024
             */
            cpu?: number;
            /** @description A number of devices */
            gpu?: number;
            /** @description In MB; engines that have no such limit ignore it */
            ephemeral_storage?: number;
            /**
             * @description How long its command may run
             * @example 3600
             */
            active_deadline_seconds?: number;
            /** @enum {unknown} */
            node_lifecycle?: "spot" | "ondemand";
            /** @description Whether an attempt that the platform took away is tried again */
            retry_on_interruption?: boolean;
            /** @description Whether an attempt that ran out of memory is tried again */
            retry_on_oom?: boolean;
            /** @enum {unknown} */
            arch?: "amd64" | "arm64";
            /** @description service_account must be a name of lower case letters, digits, - and . (253 characters or less) */
            service_account?: string;
            labels?: {
                [key: string]: string;
            };
            /** @description As the header Idempotency-Key: sent again with it, the same request gets the same run */
            idempotence_key?: string;
            /** @description A run of the same definition: what the body leaves out is as it was there */
            from_run?: string;
            /** @description Who runs it */
            run_tags: {
                owner_id: string;
            };
        };
        /**
         * @example {
         *       "run_tags": {
         *         "owner_email": "you",
         *         "team_name": "you"
         *       }
         *     }
         */
        LaunchV2: {
            /** @description Left out: one that the definition or the tier goes to, else the default */
            cluster?: string;
            env?: {
                /** @description env names must not contain = */
                name: string;
                value: string;
            }[];
            /**
             * @description Left out: the default
             * @example local
             * @example eks
             * @example ecs
             */
            engine?: string;
            tier?: string;
            description?: string;
            /** @enum {unknown} */
            arch?: "amd64" | "arm64";
            /** @description service_account must be a name of lower case letters, digits, - and . (253 characters or less) */
            service_account?: string;
            labels?: {
                [key: string]: string;
            };
            /** @description Who runs it */
            run_tags: {
                owner_email: string;
                team_name: string;
            };
        };
        LaunchV1: {
            /** @description Left out: one that the definition or the tier goes to, else the default */
            cluster?: string;
            env?: {
                /** @description env names must not contain = */
                name: string;
                value: string;
            }[];
            tier?: string;
        };
        Run: {
            instance: {
                dns_name: string;
                instance_id: string;
            };
            /** @description Always empty: events are a route of their own */
            pod_events: unknown[];
            cloudtrail_notifications: {
                Records: unknown[] | null;
            };
            /** @description Of its task at ECS; else empty */
            task_arn: string;
            /** @example local-6b1f3c5e-9d7a-4a52-8a0e-0d3f2a1c4b */
            run_id: string;
            /** @description Of a template's run: its template_id */
            definition_id: string;
            alias: string;
            image: string;
            cluster: string;
            /**
             * @description Waiting for its backend, accepted by it, running, waiting to be tried again, over
             * @enum {unknown}
             */
            status: "QUEUED" | "PENDING" | "RUNNING" | "NEEDS_RETRY" | "STOPPED";
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            queued_at: string;
            group_name: string;
            /** @description Its owner */
            user: string;
            /** @constant */
            task_type: "task";
            env: components["schemas"]["EnvVar"][];
            command: string;
            /** @description MD5 of the command */
            command_hash: string;
            /** @example local */
            engine: string;
            node_lifecycle: string;
            executable_id: string;
            /** @enum {unknown} */
            executable_type: "task_definition" | "template";
            attempt_count: number;
            /** @description Of its row: it grows with each change */
            version: number;
            /** @description How long its command may run */
            active_deadline_seconds: number;
            /** @description As its caller gave it; else its alias */
            description: string;
            /** @description Whether an attempt that the platform took away is tried again */
            retry_on_interruption: boolean;
            /** @description Whether an attempt that ran out of memory is tried again */
            retry_on_oom: boolean;
            /** @description Left out where none was seen; 0 is a success */
            exit_code?: number;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            started_at?: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            finished_at?: string;
            /**
             * @description In MB
             * @example 512
             */
            memory?: number;
            /**
             * @description In 1/1024 CPU on engines ecs and local, in milli-CPU on eks
             * @example 1024
             */
            cpu?: number;
            /** @description A number of devices */
            gpu?: number;
            /** @description In MB; engines that have no such limit ignore it */
            ephemeral_storage?: number;
            exit_reason?: string;
            pod_name?: string;
            /** @description In MB */
            max_memory_used?: number;
            /** @description In milli-CPU */
            max_cpu_used?: number;
            execution_request_custom?: {
                template_payload: {
                    [key: string]: unknown;
                };
            };
            run_exceptions?: string[];
            /** @enum {unknown} */
            arch?: "amd64" | "arm64";
            labels?: {
                [key: string]: string;
            };
            service_account?: string;
            tier?: string;
            /** @description Of the definition that it was accepted from */
            definition_revision?: number;
            /** @description That its request had */
            idempotence_key?: string;
            /**
             * @description The run that it was asked to be like
             * @example local-6b1f3c5e-9d7a-4a52-8a0e-0d3f2a1c4b
             */
            from_run?: string;
            /**
             * @description The run whose job started it
             * @example local-6b1f3c5e-9d7a-4a52-8a0e-0d3f2a1c4b
             */
            parent_run_id?: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            stop_requested_at?: string;
            /** @description The first who asked for it to be stopped */
            stop_requested_by?: string;
            /** @description How its job differs from what was asked for, and why */
            adaptive_resources?: string;
            /**
             * Format: date-time
             * @description Its cluster cannot be seen since then: what is shown may be old
             * @example 2026-01-31T12:00:00.000Z
             */
            stale_since?: string;
            /** @description What it waits for, or what else its owner should know */
            note?: string;
            /**
             * Format: date-time
             * @description When the next attempt, or the next try for room, begins; left out where none is awaited
             * @example 2026-01-31T12:00:00.000Z
             */
            next_attempt_at?: string;
            /** @description Of the version that it is a run of; runs of definitions have none of the three */
            template_id?: string;
            template_name?: string;
            template_version?: number;
            /**
             * @description What its end means
             * @enum {unknown}
             */
            outcome?: "SUCCESS" | "USER" | "OOM" | "CONFIG" | "CAPACITY" | "INFRA_START" | "INFRA_LOST" | "TIMEOUT" | "CANCELLED" | "REPORTED";
        };
        RunDetail: {
            instance: {
                dns_name: string;
                instance_id: string;
            };
            /** @description Always empty: events are a route of their own */
            pod_events: unknown[];
            cloudtrail_notifications: {
                Records: unknown[] | null;
            };
            /** @description Of its task at ECS; else empty */
            task_arn: string;
            /** @example local-6b1f3c5e-9d7a-4a52-8a0e-0d3f2a1c4b */
            run_id: string;
            /** @description Of a template's run: its template_id */
            definition_id: string;
            alias: string;
            image: string;
            cluster: string;
            /**
             * @description Waiting for its backend, accepted by it, running, waiting to be tried again, over
             * @enum {unknown}
             */
            status: "QUEUED" | "PENDING" | "RUNNING" | "NEEDS_RETRY" | "STOPPED";
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            queued_at: string;
            group_name: string;
            /** @description Its owner */
            user: string;
            /** @constant */
            task_type: "task";
            env: components["schemas"]["EnvVar"][];
            command: string;
            /** @description MD5 of the command */
            command_hash: string;
            /** @example local */
            engine: string;
            node_lifecycle: string;
            executable_id: string;
            /** @enum {unknown} */
            executable_type: "task_definition" | "template";
            attempt_count: number;
            /** @description Of its row: it grows with each change */
            version: number;
            /** @description How long its command may run */
            active_deadline_seconds: number;
            /** @description As its caller gave it; else its alias */
            description: string;
            /** @description Whether an attempt that the platform took away is tried again */
            retry_on_interruption: boolean;
            /** @description Whether an attempt that ran out of memory is tried again */
            retry_on_oom: boolean;
            transitions: components["schemas"]["Transition"][];
            /** @description Left out where none was seen; 0 is a success */
            exit_code?: number;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            started_at?: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            finished_at?: string;
            /**
             * @description In MB
             * @example 512
             */
            memory?: number;
            /**
             * @description In 1/1024 CPU on engines ecs and local, in milli-CPU on eks
             * @example 1024
             */
            cpu?: number;
            /** @description A number of devices */
            gpu?: number;
            /** @description In MB; engines that have no such limit ignore it */
            ephemeral_storage?: number;
            exit_reason?: string;
            pod_name?: string;
            /** @description In MB */
            max_memory_used?: number;
            /** @description In milli-CPU */
            max_cpu_used?: number;
            execution_request_custom?: {
                template_payload: {
                    [key: string]: unknown;
                };
            };
            run_exceptions?: string[];
            /** @enum {unknown} */
            arch?: "amd64" | "arm64";
            labels?: {
                [key: string]: string;
            };
            service_account?: string;
            tier?: string;
            /** @description Of the definition that it was accepted from */
            definition_revision?: number;
            /** @description That its request had */
            idempotence_key?: string;
            /**
             * @description The run that it was asked to be like
             * @example local-6b1f3c5e-9d7a-4a52-8a0e-0d3f2a1c4b
             */
            from_run?: string;
            /**
             * @description The run whose job started it
             * @example local-6b1f3c5e-9d7a-4a52-8a0e-0d3f2a1c4b
             */
            parent_run_id?: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            stop_requested_at?: string;
            /** @description The first who asked for it to be stopped */
            stop_requested_by?: string;
            /** @description How its job differs from what was asked for, and why */
            adaptive_resources?: string;
            /**
             * Format: date-time
             * @description Its cluster cannot be seen since then: what is shown may be old
             * @example 2026-01-31T12:00:00.000Z
             */
            stale_since?: string;
            /** @description What it waits for, or what else its owner should know */
            note?: string;
            /**
             * Format: date-time
             * @description When the next attempt, or the next try for room, begins; left out where none is awaited
             * @example 2026-01-31T12:00:00.000Z
             */
            next_attempt_at?: string;
            /** @description Of the version that it is a run of; runs of definitions have none of the three */
            template_id?: string;
            template_name?: string;
            template_version?: number;
            /**
             * @description What its end means
             * @enum {unknown}
             */
            outcome?: "SUCCESS" | "USER" | "OOM" | "CONFIG" | "CAPACITY" | "INFRA_START" | "INFRA_LOST" | "TIMEOUT" | "CANCELLED" | "REPORTED";
            /** @description In MB: what its job may use, where that is enforced */
            memory_limit?: number;
            /** @description What its job has started */
            spawned_runs?: {
                /** @example local-6b1f3c5e-9d7a-4a52-8a0e-0d3f2a1c4b */
                run_id: string;
            }[];
        };
        RunStatus: {
            /** @example local-6b1f3c5e-9d7a-4a52-8a0e-0d3f2a1c4b */
            run_id: string;
            /**
             * @description Waiting for its backend, accepted by it, running, waiting to be tried again, over
             * @enum {unknown}
             */
            status: "QUEUED" | "PENDING" | "RUNNING" | "NEEDS_RETRY" | "STOPPED";
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            queued_at: string;
            engine: string;
            /** @description Of a template's run: its template_id */
            definition_id: string;
            alias: string;
            cluster_name: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            started_at?: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            finished_at?: string;
            /** @description Left out where none was seen; 0 is a success */
            exit_code?: number;
            exit_reason?: string;
        };
        Transition: {
            /**
             * @description Waiting for its backend, accepted by it, running, waiting to be tried again, over
             * @enum {unknown}
             */
            status: "QUEUED" | "PENDING" | "RUNNING" | "NEEDS_RETRY" | "STOPPED";
            attempt: number;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
        };
        BackendEvent: {
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            timestamp: string;
            /**
             * @example Normal
             * @example Warning
             */
            event_type: string;
            reason: string;
            source_object: string;
            message: string;
            attempt: number;
        };
        Report: {
            /**
             * @description STOPPED ends the run; others change nothing
             * @example STOPPED
             * @enum {unknown}
             */
            status: "QUEUED" | "PENDING" | "RUNNING" | "NEEDS_RETRY" | "STOPPED";
            exit_code?: number;
            /** @description What the job threw; without an exit_reason, the reason is derived from them */
            run_exceptions?: string[];
            exit_reason?: string;
        };
        Explanation: {
            /** @example local-6b1f3c5e-9d7a-4a52-8a0e-0d3f2a1c4b */
            run_id: string;
            /**
             * @description Waiting for its backend, accepted by it, running, waiting to be tried again, over
             * @enum {unknown}
             */
            status: "QUEUED" | "PENDING" | "RUNNING" | "NEEDS_RETRY" | "STOPPED";
            /** @description What is the matter, in one sentence */
            headline: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            since: string;
            /** @description How it came to that, oldest first */
            chain: {
                /**
                 * Format: date-time
                 * @example 2026-01-31T12:00:00.000Z
                 */
                at: string;
                attempt: number | null;
                what: string;
            }[];
            attempts: {
                attempt: number;
                /**
                 * Format: date-time
                 * @example 2026-01-31T12:00:00.000Z
                 */
                opened_at: string;
                /**
                 * Format: date-time
                 * @example 2026-01-31T12:00:00.000Z
                 */
                accepted_at?: string;
                /**
                 * Format: date-time
                 * @example 2026-01-31T12:00:00.000Z
                 */
                started_at?: string;
                /**
                 * Format: date-time
                 * @example 2026-01-31T12:00:00.000Z
                 */
                ended_at?: string;
                /**
                 * Format: date-time
                 * @example 2026-01-31T12:00:00.000Z
                 */
                stop_sent_at?: string;
                /** @description Left out where none was seen; 0 is a success */
                exit_code?: number;
                /** @enum {unknown} */
                outcome?: "SUCCESS" | "USER" | "OOM" | "CONFIG" | "CAPACITY" | "INFRA_START" | "INFRA_LOST" | "TIMEOUT" | "CANCELLED" | "REPORTED";
                exit_reason?: string;
                node?: string;
            }[];
            /** @description What to do, with the request that does it where one does */
            next: string[];
            /** @description The same for programs: of each sentence of `next`, in their order, what serves it */
            actions: {
                /** @enum {unknown} */
                kind: "wait" | "stop" | "log" | "run_again" | "run_changed" | "edit" | "workers" | "clusters" | "health" | "ask_operators";
                text: string;
                /** @description With `run_changed`: what to ask for, where that is known */
                changes?: {
                    memory?: number;
                    /** @enum {unknown} */
                    node_lifecycle?: "spot" | "ondemand";
                };
            }[];
            waiting_for?: {
                what: string;
                /** @description In the backend's own words */
                evidence: string | null;
                source: string | null;
                at: string | null;
                /**
                 * Format: date-time
                 * @description When the next attempt, or the next try for room, begins
                 * @example 2026-01-31T12:00:00.000Z
                 */
                until?: string;
            };
            /** @description Of its workflow in the Temporal UI */
            workflow_url?: string;
        };
        StopRequest: {
            /**
             * @description Which runs, by the filters of their list
             * @example {
             *       "owner": "you",
             *       "status": [
             *         "QUEUED",
             *         "PENDING"
             *       ]
             *     }
             */
            filter?: {
                [key: string]: string | number | boolean | (string | number | boolean)[];
            };
            /** @description Which runs, by name, instead of a filter */
            run_ids?: string[];
            /** @description Counts them, and stops none */
            dry_run?: boolean;
        } & ({
            filter: unknown;
        } | {
            run_ids: unknown;
        });
        Stop: {
            stop_id: string;
            /** @enum {unknown} */
            status: "STOPPING" | "DONE";
            /** @description How many open runs matched when it was asked for */
            total: number;
            /** @description How many open runs their jobs had started, which are stopped with them */
            spawned: number;
            /** @description Their cancels are kept */
            requested: number;
            /** @description They are over, and were cancelled */
            stopped: number;
            /** @description They ended by themselves before */
            refused: number;
            stop_requested_by: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            created_at: string;
            /**
             * @description As it was sent
             * @example {
             *       "owner": "you",
             *       "status": [
             *         "QUEUED",
             *         "PENDING"
             *       ]
             *     }
             */
            filter?: {
                [key: string]: string | number | boolean | (string | number | boolean)[];
            };
            /** @description How many ids were sent */
            named?: number;
            /** @description How many of them no run has */
            unknown?: number;
        };
        StopCount: {
            /** @constant */
            dry_run: true;
            /** @description How many open runs match */
            total: number;
            /** @description How many open runs their jobs had started, which are stopped with them */
            spawned: number;
            /** @description Where most of them are, the most first */
            by_alias: {
                alias: string;
                runs: number;
            }[];
            by_owner: {
                owner: string;
                runs: number;
            }[];
            /**
             * @description As it was sent
             * @example {
             *       "owner": "you",
             *       "status": [
             *         "QUEUED",
             *         "PENDING"
             *       ]
             *     }
             */
            filter?: {
                [key: string]: string | number | boolean | (string | number | boolean)[];
            };
            /** @description How many ids were sent */
            named?: number;
            /** @description How many of them no run has */
            unknown?: number;
        };
        Template: {
            /**
             * @description Of this version
             * @example tpl-6b1f3c5e-9d7a-4a52-8a0e-0d3f2a1c4b5d
             */
            template_id: string;
            template_name: string;
            /** @description Counted by name */
            version: number;
            /** @description The JSON Schema of payloads */
            schema: {
                [key: string]: unknown;
            };
            /**
             * @description A template of Go (text/template with sprig), rendered from a payload
             * @example echo {{.name}}
             */
            command_template: string;
            /** @description What a payload has where it does not say */
            defaults: {
                [key: string]: unknown;
            };
            avatar_uri: string;
            image: string;
            /**
             * @description In MB
             * @example 512
             */
            memory: number;
            env: components["schemas"]["EnvVar"][];
            privileged: boolean;
            /** @description Whether runs get more memory after an OOM kill; true where it is not said */
            adaptive_resource_allocation: boolean;
            /** @description Its template_id */
            container_name: string;
            /**
             * @description In 1/1024 CPU on engines ecs and local, in milli-CPU on eks
             * @example 1024
             */
            cpu?: number;
            /** @description A number of devices */
            gpu?: number;
            /** @description In MB; engines that have no such limit ignore it */
            ephemeral_storage?: number;
        };
        /**
         * @example {
         *       "template_name": "greeting",
         *       "image": "ubuntu:latest",
         *       "command_template": "echo hello {{.who}}",
         *       "schema": {
         *         "type": "object",
         *         "properties": {
         *           "who": {
         *             "type": "string",
         *             "pattern": "^[A-Za-z ]*$"
         *           }
         *         },
         *         "required": [
         *           "who"
         *         ]
         *       }
         *     }
         */
        NewTemplate: {
            /** @description template_name must have 255 characters or less and no / */
            template_name: string;
            /** @description The JSON Schema of payloads */
            schema: {
                [key: string]: unknown;
            };
            /**
             * @description A template of Go (text/template with sprig), rendered from a payload
             * @example echo {{.name}}
             */
            command_template: string;
            image: string;
            /** @description What a payload has where it does not say */
            defaults?: {
                [key: string]: unknown;
            };
            avatar_uri?: string;
            /**
             * @description In MB
             * @example 512
             */
            memory?: number;
            /**
             * @description In 1/1024 CPU on engines ecs and local, in milli-CPU on eks
             * @example 1024
             */
            cpu?: number;
            /** @description A number of devices */
            gpu?: number;
            /** @description In MB; engines that have no such limit ignore it */
            ephemeral_storage?: number;
            env?: {
                /** @description env names must not contain = */
                name: string;
                value: string;
            }[];
            privileged?: boolean;
            adaptive_resource_allocation?: boolean;
        };
        /**
         * @example {
         *       "owner_id": "you",
         *       "template_payload": {
         *         "who": "world"
         *       }
         *     }
         */
        TemplateLaunch: {
            /** @description Left out: one that the definition or the tier goes to, else the default */
            cluster?: string;
            /** @description Of all values only those that from_run has may be left out */
            env?: {
                /** @description env names must not contain = */
                name: string;
                value?: string;
            }[];
            /**
             * @description Left out: the default
             * @example local
             * @example eks
             * @example ecs
             */
            engine?: string;
            tier?: string;
            description?: string;
            /** @description Instead of the definition's */
            command?: string;
            /**
             * @description In MB
             * @example 512
             */
            memory?: number;
            /**
             * @description In 1/1024 CPU on engines ecs and local, in milli-CPU on eks
             * @example 1024
             */
            cpu?: number;
            /** @description A number of devices */
            gpu?: number;
            /** @description In MB; engines that have no such limit ignore it */
            ephemeral_storage?: number;
            /**
             * @description How long its command may run
             * @example 3600
             */
            active_deadline_seconds?: number;
            /** @enum {unknown} */
            node_lifecycle?: "spot" | "ondemand";
            /** @description Whether an attempt that the platform took away is tried again */
            retry_on_interruption?: boolean;
            /** @description Whether an attempt that ran out of memory is tried again */
            retry_on_oom?: boolean;
            /** @enum {unknown} */
            arch?: "amd64" | "arm64";
            /** @description service_account must be a name of lower case letters, digits, - and . (253 characters or less) */
            service_account?: string;
            labels?: {
                [key: string]: string;
            };
            /** @description As the header Idempotency-Key: sent again with it, the same request gets the same run */
            idempotence_key?: string;
            /** @description Who runs it */
            owner_id: string;
            cluster_name?: string;
            /** @description What its command is rendered from */
            template_payload?: {
                [key: string]: unknown;
            };
            /** @description Shows the run as it would be, and starts nothing */
            dry_run?: boolean;
            /** @description A run of the same template, in any version: what the body leaves out is as it was there */
            from_run?: string;
        };
        TemplateRun: {
            instance: {
                dns_name: string;
                instance_id: string;
            };
            /** @description Always empty: events are a route of their own */
            pod_events: unknown[];
            cloudtrail_notifications: {
                Records: unknown[] | null;
            };
            /** @description Of its task at ECS; else empty */
            task_arn: string;
            /** @example local-6b1f3c5e-9d7a-4a52-8a0e-0d3f2a1c4b */
            run_id: string;
            /** @description Of a template's run: its template_id */
            definition_id: string;
            alias: string;
            image: string;
            cluster: string;
            /**
             * @description Waiting for its backend, accepted by it, running, waiting to be tried again, over
             * @enum {unknown}
             */
            status: "QUEUED" | "PENDING" | "RUNNING" | "NEEDS_RETRY" | "STOPPED";
            group_name: string;
            /** @description Its owner */
            user: string;
            /** @constant */
            task_type: "task";
            env: components["schemas"]["EnvVar"][];
            command: string;
            /** @description MD5 of the command */
            command_hash: string;
            /** @example local */
            engine: string;
            node_lifecycle: string;
            executable_id: string;
            /** @enum {unknown} */
            executable_type: "task_definition" | "template";
            attempt_count: number;
            /** @description Of its row: it grows with each change */
            version: number;
            /** @description How long its command may run */
            active_deadline_seconds: number;
            /** @description As its caller gave it; else its alias */
            description: string;
            /** @description Whether an attempt that the platform took away is tried again */
            retry_on_interruption: boolean;
            /** @description Whether an attempt that ran out of memory is tried again */
            retry_on_oom: boolean;
            /** @description Left out where none was seen; 0 is a success */
            exit_code?: number;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            started_at?: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            finished_at?: string;
            /**
             * @description In MB
             * @example 512
             */
            memory?: number;
            /**
             * @description In 1/1024 CPU on engines ecs and local, in milli-CPU on eks
             * @example 1024
             */
            cpu?: number;
            /** @description A number of devices */
            gpu?: number;
            /** @description In MB; engines that have no such limit ignore it */
            ephemeral_storage?: number;
            exit_reason?: string;
            pod_name?: string;
            /** @description In MB */
            max_memory_used?: number;
            /** @description In milli-CPU */
            max_cpu_used?: number;
            execution_request_custom?: {
                template_payload: {
                    [key: string]: unknown;
                };
            };
            run_exceptions?: string[];
            /** @enum {unknown} */
            arch?: "amd64" | "arm64";
            labels?: {
                [key: string]: string;
            };
            service_account?: string;
            tier?: string;
            /** @description Of the definition that it was accepted from */
            definition_revision?: number;
            /** @description That its request had */
            idempotence_key?: string;
            /**
             * @description The run that it was asked to be like
             * @example local-6b1f3c5e-9d7a-4a52-8a0e-0d3f2a1c4b
             */
            from_run?: string;
            /**
             * @description The run whose job started it
             * @example local-6b1f3c5e-9d7a-4a52-8a0e-0d3f2a1c4b
             */
            parent_run_id?: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            stop_requested_at?: string;
            /** @description The first who asked for it to be stopped */
            stop_requested_by?: string;
            /** @description How its job differs from what was asked for, and why */
            adaptive_resources?: string;
            /**
             * Format: date-time
             * @description Its cluster cannot be seen since then: what is shown may be old
             * @example 2026-01-31T12:00:00.000Z
             */
            stale_since?: string;
            /** @description What it waits for, or what else its owner should know */
            note?: string;
            /**
             * Format: date-time
             * @description When the next attempt, or the next try for room, begins; left out where none is awaited
             * @example 2026-01-31T12:00:00.000Z
             */
            next_attempt_at?: string;
            /** @description Of the version that it is a run of; runs of definitions have none of the three */
            template_id?: string;
            template_name?: string;
            template_version?: number;
            /**
             * @description What its end means
             * @enum {unknown}
             */
            outcome?: "SUCCESS" | "USER" | "OOM" | "CONFIG" | "CAPACITY" | "INFRA_START" | "INFRA_LOST" | "TIMEOUT" | "CANCELLED" | "REPORTED";
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            queued_at?: string;
            /**
             * @description There is no such run, and its run_id is nobody’s
             * @constant
             */
            dry_run?: true;
        };
        Webhook: {
            webhook_id: string;
            /** @description Behind its host masked, unless the caller may see secrets */
            url: string;
            events: ("status" | "note" | "attempt")[];
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            created_at: string;
            /** @description Of the last event that was delivered */
            sequence: number;
            /** @description Of a definition or a template; left out: of all */
            definition_id?: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            failing_since?: string;
            /** @description How often in vain what comes next was sent */
            tries?: number;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            next_try_at?: string;
            last_error?: string;
            /**
             * Format: date-time
             * @description When it was last found that events had been removed before they were delivered
             * @example 2026-01-31T12:00:00.000Z
             */
            lost_at?: string;
            /**
             * Format: date-time
             * @description It is told nothing since then
             * @example 2026-01-31T12:00:00.000Z
             */
            disabled_at?: string;
        };
        NewWebhook: {
            /** @description url must be an address such as https://example.com/flotilla, without a user in it */
            url: string;
            /** @description Of a definition or a template; left out: of all */
            definition_id?: string;
            /** @description Of which kinds; left out: status alone */
            events?: ("status" | "note" | "attempt")[];
            /** @description secret must be whsec_ and 24 to 64 bytes in base64; without it one is made */
            secret?: string;
        };
        CreatedWebhook: {
            webhook_id: string;
            /** @description Behind its host masked, unless the caller may see secrets */
            url: string;
            events: ("status" | "note" | "attempt")[];
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            created_at: string;
            /** @description Of the last event that was delivered */
            sequence: number;
            /** @description What its events are signed with; shown this once only */
            secret: string;
            /** @description Of a definition or a template; left out: of all */
            definition_id?: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            failing_since?: string;
            /** @description How often in vain what comes next was sent */
            tries?: number;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            next_try_at?: string;
            last_error?: string;
            /**
             * Format: date-time
             * @description When it was last found that events had been removed before they were delivered
             * @example 2026-01-31T12:00:00.000Z
             */
            lost_at?: string;
            /**
             * Format: date-time
             * @description It is told nothing since then
             * @example 2026-01-31T12:00:00.000Z
             */
            disabled_at?: string;
        };
        Cluster: {
            /**
             * @description A number, as a text
             * @example 1
             */
            id: string;
            /** @example default */
            name: string;
            /**
             * @description The engine that it belongs to
             * @example eks
             */
            engine: string;
            cluster_version: string;
            /**
             * @description Only an active one takes new runs
             * @enum {unknown}
             */
            status: "active" | "maintenance" | "offline";
            /** @description Told to those whose runs it does not take */
            status_reason: string;
            /** @description Whose runs it takes; none: those of all tiers */
            allowed_tiers: string[];
            capabilities: string[];
            region: string;
            namespace: string;
            emr_virtual_cluster: string;
            spark_server_uri: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            status_since: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            updated_at: string;
        };
        NewCluster: {
            /** @example default */
            name: string;
            /**
             * @description The engine that it belongs to
             * @example eks
             */
            engine?: string;
            cluster_version?: string;
            /**
             * @description Only an active one takes new runs
             * @enum {unknown}
             */
            status: "active" | "maintenance" | "offline";
            /** @description Told to those whose runs it does not take */
            status_reason?: string;
            /** @description Whose runs it takes; none: those of all tiers */
            allowed_tiers?: string[];
            capabilities?: string[];
            region?: string;
            namespace?: string;
            emr_virtual_cluster?: string;
            spark_server_uri?: string;
        };
        ClusterChange: {
            /** @example default */
            name?: string;
            /**
             * @description The engine that it belongs to
             * @example eks
             */
            engine?: string;
            cluster_version?: string;
            /**
             * @description Only an active one takes new runs
             * @enum {unknown}
             */
            status?: "active" | "maintenance" | "offline";
            /** @description Told to those whose runs it does not take */
            status_reason?: string;
            /** @description Whose runs it takes; none: those of all tiers */
            allowed_tiers?: string[];
            capabilities?: string[];
            region?: string;
            namespace?: string;
            emr_virtual_cluster?: string;
            spark_server_uri?: string;
        };
        Info: {
            version: string;
            mode: string;
            engines: {
                name: string;
                clusters: string[];
                is_default: boolean;
                /** @description What its owner should know of every run there, or which of its clusters cannot be seen */
                warning?: string;
                /** @description What less is raised to: cpu in the engine's unit, memory in MB; left out where nothing is raised */
                minimum?: {
                    cpu: number;
                    memory: number;
                };
            }[];
            /** @description Where the server stands; all times in answers are UTC */
            time_zone: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            now: string;
            limits: {
                body_bytes: number;
                list_rows: number;
                list_rows_default: number;
                filter_values: number;
                log_page_bytes: number;
                stop_runs: number;
                /** @description Open at once, of one API process */
                streams: number;
                deadline_seconds_default: number;
                /** @description Between TERM and KILL */
                stop_grace_seconds: number;
            };
            /** @description The page of all workflows */
            temporal_ui_url?: string;
            /** @description Which build of the web UI is served: pages of another one, as their meta flotilla-build says, are to be loaded again */
            ui_build?: string;
        };
        Readiness: {
            /**
             * @description degraded: runs are taken, and those of a cluster that cannot be seen wait; unready: with 503
             * @enum {unknown}
             */
            status: "ready" | "degraded" | "unready";
            checks: {
                /**
                 * @description postgres, temporal, or a cluster
                 * @example local/default
                 */
                name: string;
                /** @description Of a cluster: no worker says that it cannot be seen */
                ok: boolean;
                /**
                 * Format: date-time
                 * @example 2026-01-31T12:00:00.000Z
                 */
                checked_at: string;
                error?: string;
                /**
                 * Format: date-time
                 * @description When a worker began not to see the cluster
                 * @example 2026-01-31T12:00:00.000Z
                 */
                since?: string;
            }[];
        };
        Worker: {
            /** @enum {unknown} */
            worker_type: "retry" | "submit" | "status";
            /** @description How many there shall be; 0: pickup is paused */
            count_per_instance: number;
            /** @example local */
            engine: string;
        };
        WorkerCount: {
            /** @description One of retry, submit, status */
            worker_type?: string;
            /** @description 0 for submit pauses pickup */
            count_per_instance: number;
            /** @description Left out: all engines */
            engine?: string;
        };
        WorkerCounts: {
            /** @description One of retry, submit, status */
            worker_type: string;
            /** @description 0 for submit pauses pickup */
            count_per_instance: number;
            /** @description Left out: all engines */
            engine?: string;
        }[];
    };
    responses: {
        /** @description The request is wrong: a sentence per fault */
        Refused400: {
            headers: {
                /** @description Names the request in the log */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Sent by a page of another origin, which may not write */
        Refused403: {
            headers: {
                /** @description Names the request in the log */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description What the path or a filter names is not there */
        Refused404: {
            headers: {
                /** @description Names the request in the log */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The request was not there in time */
        Refused408: {
            headers: {
                /** @description Names the request in the log */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description In conflict with what is stored */
        Refused409: {
            headers: {
                /** @description Names the request in the log */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description It has changed since: see If-Match */
        Refused412: {
            headers: {
                /** @description Names the request in the log */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The body is too large */
        Refused413: {
            headers: {
                /** @description Names the request in the log */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The key was used with another request */
        Refused422: {
            headers: {
                /** @description Names the request in the log */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The URL and the headers are too long */
        Refused431: {
            headers: {
                /** @description Names the request in the log */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Our own trouble: see the log by X-Request-Id */
        Refused500: {
            headers: {
                /** @description Names the request in the log */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Cannot be done now: try again */
        Refused503: {
            headers: {
                /** @description Names the request in the log */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
    };
    parameters: {
        /** @description Of a definition */
        definition_id: string;
        /** @description Of a definition */
        alias: string;
        /** @description Of a run */
        run_id: string;
        /** @description Of one version of a template */
        template_id: string;
        /** @description Of a template, in all its versions */
        template_name: string;
        /** @description A number; whatever else it is means the latest */
        template_version: string;
        /** @description Of a cluster, not its name */
        cluster_id: string;
        /** @description A number, counted from 1; where it is told, two of them with `..` between */
        revision: string;
        /** @description Of a stop of many runs */
        stop_id: string;
        /** @description Of a webhook */
        webhook_id: string;
        /** @description What they do */
        worker_type: "retry" | "submit" | "status";
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listDefinitions: {
        parameters: {
            query?: {
                /** @description How many are answered, at most 10000 */
                limit?: number;
                /** @description How many are left out before them */
                offset?: number;
                /** @description Rows without a value come last */
                sort_by?: "alias" | "image" | "group_name" | "memory";
                /** @description `next` of the answer before, with the rest of the query unchanged: the page behind that one */
                after?: string;
                /** @description Its direction */
                order?: "asc" | "desc";
                /** @description `NAME|VALUE`: a variable that its environment has; several: all of them */
                env?: string[];
                /** @description The value is one of these */
                definition_id?: string[];
                /** @description The value contains it, where % and _ stand for anything; is one of several */
                alias?: string[];
                /** @description The value contains it, where % and _ stand for anything; is one of several */
                group_name?: string[];
                /** @description The value contains it, where % and _ stand for anything; is one of several */
                image?: string[];
                /** @description The value contains it, where % and _ stand for anything; is one of several */
                command?: string[];
                /** @description The value is one of these */
                memory?: number[];
                /** @description The value is one of these */
                cpu?: number[];
                /** @description The value is one of these */
                gpu?: number[];
                /** @description The value is one of these */
                user?: string[];
                /** @description The value is one of these */
                privileged?: boolean[];
                /** @description Has one of these */
                tags?: string[];
                /** @description The value is one of these */
                arn?: string[];
                /** @description The value is one of these */
                container_name?: string[];
                /** @description The value is one of these */
                task_type?: string[];
                /** @description The value is one of these */
                target_cluster?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Of all that match */
                        total: number;
                        definitions: components["schemas"]["ListedDefinition"][];
                        /** @default 1024 */
                        limit: number;
                        /** @default 0 */
                        offset: number;
                        /** @enum {unknown} */
                        sort_by: "alias" | "image" | "group_name" | "memory";
                        /** @enum {unknown} */
                        order: "asc" | "desc";
                        env_filters: {
                            [key: string]: string;
                        };
                        /** @description Where the next page begins, to be given back as `after`; left out on the last */
                        next?: string;
                        definition_id?: string[];
                        alias?: string[];
                        group_name?: string[];
                        image?: string[];
                        command?: string[];
                        memory?: string[];
                        cpu?: string[];
                        gpu?: string[];
                        user?: string[];
                        privileged?: string[];
                        tags?: string[];
                        arn?: string[];
                        container_name?: string[];
                        task_type?: string[];
                        target_cluster?: string[];
                    };
                };
            };
            400: components["responses"]["Refused400"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    createDefinition: {
        parameters: {
            query?: never;
            header?: {
                /** @description Who asks. Any header whose name contains `-email` says it */
                "X-User-Email"?: string;
                /** @description Who asks, where no email is told. Any header whose name contains `-name` says it. What is not ASCII may be sent as RFC 8187 has it: `UTF-8''J%C3%BCrgen` */
                "X-User-Name"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "alias": "greet",
                 *       "group_name": "examples",
                 *       "image": "ubuntu:latest",
                 *       "memory": 512,
                 *       "command": "echo \"hello ${USERNAME}\"",
                 *       "env": [
                 *         {
                 *           "name": "USERNAME",
                 *           "value": "world"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["NewDefinition"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Definition"];
                };
            };
            400: components["responses"]["Refused400"];
            403: components["responses"]["Refused403"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    getDefinitionByAlias: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of a definition */
                alias: components["parameters"]["alias"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Definition"];
                };
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    getDefinition: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of a definition */
                definition_id: components["parameters"]["definition_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Definition"];
                };
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    updateDefinition: {
        parameters: {
            query?: never;
            header?: {
                /** @description Who asks. Any header whose name contains `-email` says it */
                "X-User-Email"?: string;
                /** @description Who asks, where no email is told. Any header whose name contains `-name` says it. What is not ASCII may be sent as RFC 8187 has it: `UTF-8''J%C3%BCrgen` */
                "X-User-Name"?: string;
                /** @description The revision that the change was made from, in quotes: 412 where the definition has another one */
                "If-Match"?: string;
            };
            path: {
                /** @description Of a definition */
                definition_id: components["parameters"]["definition_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "memory": 1024
                 *     }
                 */
                "application/json": components["schemas"]["DefinitionChange"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Definition"];
                };
            };
            400: components["responses"]["Refused400"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    deleteDefinition: {
        parameters: {
            query?: {
                /** @description Whether to stop those */
                stop_runs?: "true" | "false";
            };
            header?: {
                /** @description Who asks. Any header whose name contains `-email` says it */
                "X-User-Email"?: string;
                /** @description Who asks, where no email is told. Any header whose name contains `-name` says it. What is not ASCII may be sent as RFC 8187 has it: `UTF-8''J%C3%BCrgen` */
                "X-User-Name"?: string;
            };
            path: {
                /** @description Of a definition */
                definition_id: components["parameters"]["definition_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        deleted: true;
                        /** @description How far their stop is, GET /history/stop/{stop_id} tells */
                        stop_id?: string;
                        /** @description How many are being stopped */
                        stopped_runs?: number;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listRevisions: {
        parameters: {
            query?: {
                /** @description How many are answered, at most 10000 */
                limit?: number;
                /** @description How many are left out before them */
                offset?: number;
            };
            header?: never;
            path: {
                /** @description Of a definition */
                definition_id: components["parameters"]["definition_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        total: number;
                        revisions: components["schemas"]["Revision"][];
                        /** @default 1024 */
                        limit: number;
                        /** @default 0 */
                        offset: number;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    getRevision: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of a definition */
                definition_id: components["parameters"]["definition_id"];
                /** @description A number, counted from 1; where it is told, two of them with `..` between */
                revision: components["parameters"]["revision"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Revision"] | components["schemas"]["Difference"];
                };
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    restoreRevision: {
        parameters: {
            query?: never;
            header?: {
                /** @description Who asks. Any header whose name contains `-email` says it */
                "X-User-Email"?: string;
                /** @description Who asks, where no email is told. Any header whose name contains `-name` says it. What is not ASCII may be sent as RFC 8187 has it: `UTF-8''J%C3%BCrgen` */
                "X-User-Name"?: string;
                /** @description The revision that the change was made from, in quotes: 412 where the definition has another one */
                "If-Match"?: string;
            };
            path: {
                /** @description Of a definition */
                definition_id: components["parameters"]["definition_id"];
                /** @description A number, counted from 1; where it is told, two of them with `..` between */
                revision: components["parameters"]["revision"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Definition"];
                };
            };
            400: components["responses"]["Refused400"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    executeDefinition: {
        parameters: {
            query?: {
                /** @description Of the definition; left out: the one of `from_run`, else the latest */
                revision?: number;
            };
            header?: {
                /** @description Sent again with it, the same request gets the same run */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Of a definition */
                definition_id: components["parameters"]["definition_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "run_tags": {
                 *         "owner_id": "you"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["Launch"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    /** @description The run is that of an earlier request */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            400: components["responses"]["Refused400"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            422: components["responses"]["Refused422"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    executeDefinitionByAlias: {
        parameters: {
            query?: {
                /** @description Of the definition; left out: the one of `from_run`, else the latest */
                revision?: number;
            };
            header?: {
                /** @description Sent again with it, the same request gets the same run */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Of a definition */
                alias: components["parameters"]["alias"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "run_tags": {
                 *         "owner_id": "you"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["Launch"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    /** @description The run is that of an earlier request */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            400: components["responses"]["Refused400"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            422: components["responses"]["Refused422"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listGroups: {
        parameters: {
            query?: {
                /** @description Contained in them */
                name?: string;
                /** @description How many are answered, at most 10000 */
                limit?: number;
                /** @description How many are left out before them */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        groups: string[];
                        /** @default 1024 */
                        limit: number;
                        /** @default 0 */
                        offset: number;
                        total: number;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listTags: {
        parameters: {
            query?: {
                /** @description Contained in them */
                name?: string;
                /** @description How many are answered, at most 10000 */
                limit?: number;
                /** @description How many are left out before them */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        tags: string[];
                        /** @default 1024 */
                        limit: number;
                        /** @default 0 */
                        offset: number;
                        total: number;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listRuns: {
        parameters: {
            query?: {
                /** @description How many are answered, at most 10000 */
                limit?: number;
                /** @description How many are left out before them */
                offset?: number;
                /** @description Rows without a value come last */
                sort_by?: "run_id" | "cluster_name" | "status" | "queued_at" | "started_at" | "finished_at" | "group_name";
                /** @description `next` of the answer before, with the rest of the query unchanged: the page behind that one */
                after?: string;
                /** @description Its direction */
                order?: "asc" | "desc";
                /** @description `NAME|VALUE`: a variable that its environment has; several: all of them */
                env?: string[];
                /** @description The value is one of these */
                run_id?: string[];
                /** @description The value is one of these */
                definition_id?: string[];
                /** @description The value is one of these */
                definition_revision?: number[];
                /** @description The value is one of these */
                executable_id?: string[];
                /** @description The value is one of these */
                executable_type?: string[];
                /** @description The value contains it, where % and _ stand for anything; is one of several */
                alias?: string[];
                /** @description The value is none of these */
                alias_not?: string[];
                /** @description The value contains it, where % and _ stand for anything; is one of several */
                image?: string[];
                /** @description The value is one of these */
                cluster_name?: string[];
                /** @description The value is one of these */
                cluster?: string[];
                /** @description The value contains it, where % and _ stand for anything; is one of several */
                group_name?: string[];
                /** @description The value is one of these */
                status?: ("QUEUED" | "PENDING" | "RUNNING" | "NEEDS_RETRY" | "STOPPED")[];
                /** @description The value is one of these */
                engine?: string[];
                /** @description The value is one of these */
                exit_code?: number[];
                /** @description The value contains it, where % and _ stand for anything; is one of several */
                exit_reason?: string[];
                /** @description The value is one of these */
                outcome?: ("SUCCESS" | "USER" | "OOM" | "CONFIG" | "CAPACITY" | "INFRA_START" | "INFRA_LOST" | "TIMEOUT" | "CANCELLED" | "REPORTED")[];
                /** @description The value contains it, where % and _ stand for anything; is one of several */
                command?: string[];
                /** @description The value is one of these */
                command_hash?: string[];
                /** @description The value is one of these */
                user?: string[];
                /** @description The value is one of these */
                owner?: string[];
                /** @description The value is one of these */
                node_lifecycle?: string[];
                /** @description The value is one of these */
                instance_id?: string[];
                /** @description The value is one of these */
                instance_dns_name?: string[];
                /** @description The value is one of these */
                pod_name?: string[];
                /** @description The value is one of these */
                task_arn?: string[];
                /** @description The value is one of these */
                arch?: string[];
                /** @description The value is one of these */
                service_account?: string[];
                /** @description The value is one of these */
                idempotence_key?: string[];
                /** @description The value is one of these */
                memory?: number[];
                /** @description The value is one of these */
                cpu?: number[];
                /** @description The value is one of these */
                gpu?: number[];
                /** @description The value is one of these */
                tier?: string[];
                /** @description The value is one of these */
                attempt_count?: number[];
                /** @description Later than that; empty: no filter */
                queued_at_since?: string | "";
                /** @description Earlier than that; empty: no filter */
                queued_at_until?: string | "";
                /** @description Later than that; empty: no filter */
                started_at_since?: string | "";
                /** @description Earlier than that; empty: no filter */
                started_at_until?: string | "";
                /** @description Later than that; empty: no filter */
                finished_at_since?: string | "";
                /** @description Earlier than that; empty: no filter */
                finished_at_until?: string | "";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Of all that match */
                        total: number;
                        history: components["schemas"]["Run"][];
                        /** @default 1024 */
                        limit: number;
                        /** @default 0 */
                        offset: number;
                        /** @enum {unknown} */
                        sort_by: "run_id" | "cluster_name" | "status" | "queued_at" | "started_at" | "finished_at" | "group_name";
                        /** @enum {unknown} */
                        order: "asc" | "desc";
                        env_filters: {
                            [key: string]: string;
                        };
                        /** @description Where the next page begins, to be given back as `after`; left out on the last */
                        next?: string;
                        run_id?: string[];
                        definition_id?: string[];
                        definition_revision?: string[];
                        executable_id?: string[];
                        executable_type?: string[];
                        alias?: string[];
                        alias_not?: string[];
                        image?: string[];
                        cluster_name?: string[];
                        cluster?: string[];
                        group_name?: string[];
                        status?: string[];
                        /** @description The filter, else all that there are */
                        engine?: string[];
                        exit_code?: string[];
                        exit_reason?: string[];
                        outcome?: string[];
                        command?: string[];
                        command_hash?: string[];
                        user?: string[];
                        owner?: string[];
                        node_lifecycle?: string[];
                        instance_id?: string[];
                        instance_dns_name?: string[];
                        pod_name?: string[];
                        task_arn?: string[];
                        arch?: string[];
                        service_account?: string[];
                        idempotence_key?: string[];
                        memory?: string[];
                        cpu?: string[];
                        gpu?: string[];
                        tier?: string[];
                        attempt_count?: string[];
                        queued_at_since?: string[];
                        queued_at_until?: string[];
                        started_at_since?: string[];
                        started_at_until?: string[];
                        finished_at_since?: string[];
                        finished_at_until?: string[];
                    };
                };
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listRunsOfDefinition: {
        parameters: {
            query?: {
                /** @description How many are answered, at most 10000 */
                limit?: number;
                /** @description How many are left out before them */
                offset?: number;
                /** @description Rows without a value come last */
                sort_by?: "run_id" | "cluster_name" | "status" | "queued_at" | "started_at" | "finished_at" | "group_name";
                /** @description `next` of the answer before, with the rest of the query unchanged: the page behind that one */
                after?: string;
                /** @description Its direction */
                order?: "asc" | "desc";
                /** @description `NAME|VALUE`: a variable that its environment has; several: all of them */
                env?: string[];
                /** @description The value is one of these */
                run_id?: string[];
                /** @description The value is one of these */
                definition_revision?: number[];
                /** @description The value is one of these */
                executable_id?: string[];
                /** @description The value is one of these */
                executable_type?: string[];
                /** @description The value contains it, where % and _ stand for anything; is one of several */
                alias?: string[];
                /** @description The value is none of these */
                alias_not?: string[];
                /** @description The value contains it, where % and _ stand for anything; is one of several */
                image?: string[];
                /** @description The value is one of these */
                cluster_name?: string[];
                /** @description The value is one of these */
                cluster?: string[];
                /** @description The value contains it, where % and _ stand for anything; is one of several */
                group_name?: string[];
                /** @description The value is one of these */
                status?: ("QUEUED" | "PENDING" | "RUNNING" | "NEEDS_RETRY" | "STOPPED")[];
                /** @description The value is one of these */
                engine?: string[];
                /** @description The value is one of these */
                exit_code?: number[];
                /** @description The value contains it, where % and _ stand for anything; is one of several */
                exit_reason?: string[];
                /** @description The value is one of these */
                outcome?: ("SUCCESS" | "USER" | "OOM" | "CONFIG" | "CAPACITY" | "INFRA_START" | "INFRA_LOST" | "TIMEOUT" | "CANCELLED" | "REPORTED")[];
                /** @description The value contains it, where % and _ stand for anything; is one of several */
                command?: string[];
                /** @description The value is one of these */
                command_hash?: string[];
                /** @description The value is one of these */
                user?: string[];
                /** @description The value is one of these */
                owner?: string[];
                /** @description The value is one of these */
                node_lifecycle?: string[];
                /** @description The value is one of these */
                instance_id?: string[];
                /** @description The value is one of these */
                instance_dns_name?: string[];
                /** @description The value is one of these */
                pod_name?: string[];
                /** @description The value is one of these */
                task_arn?: string[];
                /** @description The value is one of these */
                arch?: string[];
                /** @description The value is one of these */
                service_account?: string[];
                /** @description The value is one of these */
                idempotence_key?: string[];
                /** @description The value is one of these */
                memory?: number[];
                /** @description The value is one of these */
                cpu?: number[];
                /** @description The value is one of these */
                gpu?: number[];
                /** @description The value is one of these */
                tier?: string[];
                /** @description The value is one of these */
                attempt_count?: number[];
                /** @description Later than that; empty: no filter */
                queued_at_since?: string | "";
                /** @description Earlier than that; empty: no filter */
                queued_at_until?: string | "";
                /** @description Later than that; empty: no filter */
                started_at_since?: string | "";
                /** @description Earlier than that; empty: no filter */
                started_at_until?: string | "";
                /** @description Later than that; empty: no filter */
                finished_at_since?: string | "";
                /** @description Earlier than that; empty: no filter */
                finished_at_until?: string | "";
            };
            header?: never;
            path: {
                /** @description Of a definition */
                definition_id: components["parameters"]["definition_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Of all that match */
                        total: number;
                        history: components["schemas"]["Run"][];
                        /** @default 1024 */
                        limit: number;
                        /** @default 0 */
                        offset: number;
                        /** @enum {unknown} */
                        sort_by: "run_id" | "cluster_name" | "status" | "queued_at" | "started_at" | "finished_at" | "group_name";
                        /** @enum {unknown} */
                        order: "asc" | "desc";
                        env_filters: {
                            [key: string]: string;
                        };
                        /** @description Where the next page begins, to be given back as `after`; left out on the last */
                        next?: string;
                        run_id?: string[];
                        definition_id?: string[];
                        definition_revision?: string[];
                        executable_id?: string[];
                        executable_type?: string[];
                        alias?: string[];
                        alias_not?: string[];
                        image?: string[];
                        cluster_name?: string[];
                        cluster?: string[];
                        group_name?: string[];
                        status?: string[];
                        /** @description The filter, else all that there are */
                        engine?: string[];
                        exit_code?: string[];
                        exit_reason?: string[];
                        outcome?: string[];
                        command?: string[];
                        command_hash?: string[];
                        user?: string[];
                        owner?: string[];
                        node_lifecycle?: string[];
                        instance_id?: string[];
                        instance_dns_name?: string[];
                        pod_name?: string[];
                        task_arn?: string[];
                        arch?: string[];
                        service_account?: string[];
                        idempotence_key?: string[];
                        memory?: string[];
                        cpu?: string[];
                        gpu?: string[];
                        tier?: string[];
                        attempt_count?: string[];
                        queued_at_since?: string[];
                        queued_at_until?: string[];
                        started_at_since?: string[];
                        started_at_until?: string[];
                        finished_at_since?: string[];
                        finished_at_until?: string[];
                    };
                };
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listRunsOfTemplate: {
        parameters: {
            query?: {
                /** @description How many are answered, at most 10000 */
                limit?: number;
                /** @description How many are left out before them */
                offset?: number;
                /** @description Rows without a value come last */
                sort_by?: "run_id" | "cluster_name" | "status" | "queued_at" | "started_at" | "finished_at" | "group_name";
                /** @description `next` of the answer before, with the rest of the query unchanged: the page behind that one */
                after?: string;
                /** @description Its direction */
                order?: "asc" | "desc";
                /** @description `NAME|VALUE`: a variable that its environment has; several: all of them */
                env?: string[];
                /** @description The value is one of these */
                run_id?: string[];
                /** @description The value is one of these */
                definition_id?: string[];
                /** @description The value is one of these */
                definition_revision?: number[];
                /** @description The value is one of these */
                executable_type?: string[];
                /** @description The value contains it, where % and _ stand for anything; is one of several */
                alias?: string[];
                /** @description The value is none of these */
                alias_not?: string[];
                /** @description The value contains it, where % and _ stand for anything; is one of several */
                image?: string[];
                /** @description The value is one of these */
                cluster_name?: string[];
                /** @description The value is one of these */
                cluster?: string[];
                /** @description The value contains it, where % and _ stand for anything; is one of several */
                group_name?: string[];
                /** @description The value is one of these */
                status?: ("QUEUED" | "PENDING" | "RUNNING" | "NEEDS_RETRY" | "STOPPED")[];
                /** @description The value is one of these */
                engine?: string[];
                /** @description The value is one of these */
                exit_code?: number[];
                /** @description The value contains it, where % and _ stand for anything; is one of several */
                exit_reason?: string[];
                /** @description The value is one of these */
                outcome?: ("SUCCESS" | "USER" | "OOM" | "CONFIG" | "CAPACITY" | "INFRA_START" | "INFRA_LOST" | "TIMEOUT" | "CANCELLED" | "REPORTED")[];
                /** @description The value contains it, where % and _ stand for anything; is one of several */
                command?: string[];
                /** @description The value is one of these */
                command_hash?: string[];
                /** @description The value is one of these */
                user?: string[];
                /** @description The value is one of these */
                owner?: string[];
                /** @description The value is one of these */
                node_lifecycle?: string[];
                /** @description The value is one of these */
                instance_id?: string[];
                /** @description The value is one of these */
                instance_dns_name?: string[];
                /** @description The value is one of these */
                pod_name?: string[];
                /** @description The value is one of these */
                task_arn?: string[];
                /** @description The value is one of these */
                arch?: string[];
                /** @description The value is one of these */
                service_account?: string[];
                /** @description The value is one of these */
                idempotence_key?: string[];
                /** @description The value is one of these */
                memory?: number[];
                /** @description The value is one of these */
                cpu?: number[];
                /** @description The value is one of these */
                gpu?: number[];
                /** @description The value is one of these */
                tier?: string[];
                /** @description The value is one of these */
                attempt_count?: number[];
                /** @description Later than that; empty: no filter */
                queued_at_since?: string | "";
                /** @description Earlier than that; empty: no filter */
                queued_at_until?: string | "";
                /** @description Later than that; empty: no filter */
                started_at_since?: string | "";
                /** @description Earlier than that; empty: no filter */
                started_at_until?: string | "";
                /** @description Later than that; empty: no filter */
                finished_at_since?: string | "";
                /** @description Earlier than that; empty: no filter */
                finished_at_until?: string | "";
            };
            header?: never;
            path: {
                /** @description Of one version of a template */
                template_id: components["parameters"]["template_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Of all that match */
                        total: number;
                        history: components["schemas"]["Run"][];
                        /** @default 1024 */
                        limit: number;
                        /** @default 0 */
                        offset: number;
                        /** @enum {unknown} */
                        sort_by: "run_id" | "cluster_name" | "status" | "queued_at" | "started_at" | "finished_at" | "group_name";
                        /** @enum {unknown} */
                        order: "asc" | "desc";
                        env_filters: {
                            [key: string]: string;
                        };
                        /** @description Where the next page begins, to be given back as `after`; left out on the last */
                        next?: string;
                        run_id?: string[];
                        definition_id?: string[];
                        definition_revision?: string[];
                        executable_id?: string[];
                        executable_type?: string[];
                        alias?: string[];
                        alias_not?: string[];
                        image?: string[];
                        cluster_name?: string[];
                        cluster?: string[];
                        group_name?: string[];
                        status?: string[];
                        /** @description The filter, else all that there are */
                        engine?: string[];
                        exit_code?: string[];
                        exit_reason?: string[];
                        outcome?: string[];
                        command?: string[];
                        command_hash?: string[];
                        user?: string[];
                        owner?: string[];
                        node_lifecycle?: string[];
                        instance_id?: string[];
                        instance_dns_name?: string[];
                        pod_name?: string[];
                        task_arn?: string[];
                        arch?: string[];
                        service_account?: string[];
                        idempotence_key?: string[];
                        memory?: string[];
                        cpu?: string[];
                        gpu?: string[];
                        tier?: string[];
                        attempt_count?: string[];
                        queued_at_since?: string[];
                        queued_at_until?: string[];
                        started_at_since?: string[];
                        started_at_until?: string[];
                        finished_at_since?: string[];
                        finished_at_until?: string[];
                    };
                };
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    getRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of a run */
                run_id: components["parameters"]["run_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    getTaskRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of a run */
                run_id: components["parameters"]["run_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    getRunOfDefinition: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of a definition */
                definition_id: components["parameters"]["definition_id"];
                /** @description Of a run */
                run_id: components["parameters"]["run_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    stopRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description Who asks. Any header whose name contains `-email` says it */
                "X-User-Email"?: string;
                /** @description Who asks, where no email is told. Any header whose name contains `-name` says it. What is not ASCII may be sent as RFC 8187 has it: `UTF-8''J%C3%BCrgen` */
                "X-User-Name"?: string;
            };
            path: {
                /** @description Of a definition */
                definition_id: components["parameters"]["definition_id"];
                /** @description Of a run */
                run_id: components["parameters"]["run_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        terminated: true;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    getTemplateRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of a run */
                run_id: components["parameters"]["run_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    getRunOfTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of one version of a template */
                template_id: components["parameters"]["template_id"];
                /** @description Of a run */
                run_id: components["parameters"]["run_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    stopRunOfTemplate: {
        parameters: {
            query?: never;
            header?: {
                /** @description Who asks. Any header whose name contains `-email` says it */
                "X-User-Email"?: string;
                /** @description Who asks, where no email is told. Any header whose name contains `-name` says it. What is not ASCII may be sent as RFC 8187 has it: `UTF-8''J%C3%BCrgen` */
                "X-User-Name"?: string;
            };
            path: {
                /** @description Of one version of a template */
                template_id: components["parameters"]["template_id"];
                /** @description Of a run */
                run_id: components["parameters"]["run_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        terminated: true;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    stopRuns: {
        parameters: {
            query?: never;
            header?: {
                /** @description Who asks. Any header whose name contains `-email` says it */
                "X-User-Email"?: string;
                /** @description Who asks, where no email is told. Any header whose name contains `-name` says it. What is not ASCII may be sent as RFC 8187 has it: `UTF-8''J%C3%BCrgen` */
                "X-User-Name"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StopRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stop"] | components["schemas"]["StopCount"];
                };
            };
            400: components["responses"]["Refused400"];
            403: components["responses"]["Refused403"];
            408: components["responses"]["Refused408"];
            413: components["responses"]["Refused413"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    getStop: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of a stop of many runs */
                stop_id: components["parameters"]["stop_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stop"];
                };
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    explainRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of a run */
                run_id: components["parameters"]["run_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    getPayload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of a run */
                run_id: components["parameters"]["run_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        template_payload?: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    getManifest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of a run */
                run_id: components["parameters"]["run_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    getManifestOfDefinition: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of a definition */
                definition_id: components["parameters"]["definition_id"];
                /** @description Of a run */
                run_id: components["parameters"]["run_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    getStatus: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an earlier answer: 304 while it holds */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Of a run */
                run_id: components["parameters"]["run_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    /** @description `"<status>-<exit code>"` */
                    ETag: string;
                    /** @description For how many seconds it may be kept */
                    "Cache-Control": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunStatus"];
                };
            };
            /** @description As it was */
            304: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    /** @description `"<status>-<exit code>"` */
                    ETag: string;
                    /** @description For how many seconds it may be kept */
                    "Cache-Control": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    reportStatus: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of a run */
                run_id: components["parameters"]["run_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Report"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Whether the body said anything that counts */
                        updated: boolean;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    getEvents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of a run */
                run_id: components["parameters"]["run_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        total: number;
                        /** @description Null for none */
                        pod_events: components["schemas"]["BackendEvent"][] | null;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    getLogs: {
        parameters: {
            query?: {
                /** @description Of this one alone; left out: of all, one after the other */
                attempt?: number;
                /** @description Each line begins with its time and a blank; `-` where its backend does not tell it */
                timestamps?: "true" | "false";
                /** @description As the page before told it; the same comes back while there is nothing new */
                last_seen?: string;
                /** @description Whole, as text */
                raw_text?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description Of a run */
                run_id: components["parameters"]["run_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    /** @description Of the whole: the name of a file */
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Where the next page begins */
                        last_seen: string;
                        log: string;
                        /** @description Whose lines these are */
                        attempt: number;
                        /** @description The number of the first line in its attempt */
                        first_line?: number;
                        /** @description Of the line that the next page begins with, or goes on in */
                        next_line?: number;
                        /**
                         * @description At its end: nothing of it is kept any more. Not told where that looks as if there never was any
                         * @constant
                         */
                        log_state?: "gone";
                        /** @description Of the attempt; told at its end only */
                        total_lines?: number;
                    };
                    "text/plain": string;
                };
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    streamRuns: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `id` of the last event that the client has: it goes on behind that one */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["Refused400"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    streamRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `id` of the last event that the client has: it goes on behind that one */
                "Last-Event-ID"?: string;
            };
            path: {
                /** @description Of a run */
                run_id: components["parameters"]["run_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description All is told: do not come back */
            204: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    streamLogs: {
        parameters: {
            query?: {
                /** @description Of this one alone; left out: of all, one after the other */
                attempt?: number;
                /** @description Each line begins with its time and a blank; `-` where its backend does not tell it */
                timestamps?: "true" | "false";
                /** @description As the page before told it; the same comes back while there is nothing new */
                last_seen?: string;
            };
            header?: {
                /** @description The `id` of the last event that the client has: it goes on behind that one */
                "Last-Event-ID"?: string;
            };
            path: {
                /** @description Of a run */
                run_id: components["parameters"]["run_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description All is told: do not come back */
            204: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listTemplates: {
        parameters: {
            query?: {
                /** @description How many are answered, at most 10000 */
                limit?: number;
                /** @description How many are left out before them */
                offset?: number;
                /** @description Rows without a value come last */
                sort_by?: "template_name" | "version";
                /** @description Its direction */
                order?: "asc" | "desc";
                /** @description Of each name the latest version alone */
                latest_only?: "true" | "false";
                /** @description Of these names alone */
                template_name?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Of all that match */
                        total: number;
                        templates: components["schemas"]["Template"][];
                        /** @default 1024 */
                        limit: number;
                        /** @default 0 */
                        offset: number;
                        /** @enum {unknown} */
                        sort_by: "template_name" | "version";
                        /** @enum {unknown} */
                        order: "asc" | "desc";
                    };
                };
            };
            400: components["responses"]["Refused400"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    createTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "template_name": "greeting",
                 *       "image": "ubuntu:latest",
                 *       "command_template": "echo hello {{.who}}",
                 *       "schema": {
                 *         "type": "object",
                 *         "properties": {
                 *           "who": {
                 *             "type": "string",
                 *             "pattern": "^[A-Za-z ]*$"
                 *           }
                 *         },
                 *         "required": [
                 *           "who"
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["NewTemplate"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        did_create: boolean;
                        template: components["schemas"]["Template"];
                    };
                };
            };
            400: components["responses"]["Refused400"];
            403: components["responses"]["Refused403"];
            408: components["responses"]["Refused408"];
            413: components["responses"]["Refused413"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    getTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of one version of a template */
                template_id: components["parameters"]["template_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    executeTemplate: {
        parameters: {
            query?: never;
            header?: {
                /** @description Sent again with it, the same request gets the same run */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Of one version of a template */
                template_id: components["parameters"]["template_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "owner_id": "you",
                 *       "template_payload": {
                 *         "who": "world"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["TemplateLaunch"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    /** @description The run is that of an earlier request */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateRun"];
                };
            };
            400: components["responses"]["Refused400"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            422: components["responses"]["Refused422"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    executeTemplateByName: {
        parameters: {
            query?: never;
            header?: {
                /** @description Sent again with it, the same request gets the same run */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Of a template, in all its versions */
                template_name: components["parameters"]["template_name"];
                /** @description A number; whatever else it is means the latest */
                template_version: components["parameters"]["template_version"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "owner_id": "you",
                 *       "template_payload": {
                 *         "who": "world"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["TemplateLaunch"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    /** @description The run is that of an earlier request */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateRun"];
                };
            };
            400: components["responses"]["Refused400"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            422: components["responses"]["Refused422"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listWebhooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        total: number;
                        webhooks: components["schemas"]["Webhook"][];
                    };
                };
            };
            400: components["responses"]["Refused400"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewWebhook"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedWebhook"];
                };
            };
            400: components["responses"]["Refused400"];
            403: components["responses"]["Refused403"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of a webhook */
                webhook_id: components["parameters"]["webhook_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of a webhook */
                webhook_id: components["parameters"]["webhook_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        deleted: true;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    enableWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of a webhook */
                webhook_id: components["parameters"]["webhook_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            400: components["responses"]["Refused400"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listClusters: {
        parameters: {
            query?: {
                /** @description Whether to answer more than names */
                detail?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        clusters: string[] | components["schemas"]["Cluster"][];
                    };
                };
            };
            400: components["responses"]["Refused400"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    createCluster: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCluster"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        created: true;
                        /**
                         * @description A number, as a text
                         * @example 1
                         */
                        id: string;
                        /** @example default */
                        name: string;
                        /**
                         * @description The engine that it belongs to
                         * @example eks
                         */
                        engine: string;
                        cluster_version: string;
                        /**
                         * @description Only an active one takes new runs
                         * @enum {unknown}
                         */
                        status: "active" | "maintenance" | "offline";
                        /** @description Told to those whose runs it does not take */
                        status_reason: string;
                        /** @description Whose runs it takes; none: those of all tiers */
                        allowed_tiers: string[];
                        capabilities: string[];
                        region: string;
                        namespace: string;
                        emr_virtual_cluster: string;
                        spark_server_uri: string;
                        /**
                         * Format: date-time
                         * @example 2026-01-31T12:00:00.000Z
                         */
                        status_since: string;
                        /**
                         * Format: date-time
                         * @example 2026-01-31T12:00:00.000Z
                         */
                        updated_at: string;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            403: components["responses"]["Refused403"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    getCluster: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of a cluster, not its name */
                cluster_id: components["parameters"]["cluster_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cluster"];
                };
            };
            400: components["responses"]["Refused400"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    updateCluster: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of a cluster, not its name */
                cluster_id: components["parameters"]["cluster_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClusterChange"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        updated: true;
                        /**
                         * @description A number, as a text
                         * @example 1
                         */
                        id: string;
                        /** @example default */
                        name: string;
                        /**
                         * @description The engine that it belongs to
                         * @example eks
                         */
                        engine: string;
                        cluster_version: string;
                        /**
                         * @description Only an active one takes new runs
                         * @enum {unknown}
                         */
                        status: "active" | "maintenance" | "offline";
                        /** @description Told to those whose runs it does not take */
                        status_reason: string;
                        /** @description Whose runs it takes; none: those of all tiers */
                        allowed_tiers: string[];
                        capabilities: string[];
                        region: string;
                        namespace: string;
                        emr_virtual_cluster: string;
                        spark_server_uri: string;
                        /**
                         * Format: date-time
                         * @example 2026-01-31T12:00:00.000Z
                         */
                        status_since: string;
                        /**
                         * Format: date-time
                         * @example 2026-01-31T12:00:00.000Z
                         */
                        updated_at: string;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    deleteCluster: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of a cluster, not its name */
                cluster_id: components["parameters"]["cluster_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        deleted: true;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listWorkers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        total: number;
                        workers: components["schemas"]["Worker"][];
                    };
                };
            };
            400: components["responses"]["Refused400"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    setWorkers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkerCounts"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        total: number;
                        workers: components["schemas"]["Worker"][];
                    };
                };
            };
            400: components["responses"]["Refused400"];
            403: components["responses"]["Refused403"];
            408: components["responses"]["Refused408"];
            413: components["responses"]["Refused413"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    getWorker: {
        parameters: {
            query?: {
                /** @description Left out: the default */
                engine?: string;
            };
            header?: never;
            path: {
                /** @description What they do */
                worker_type: components["parameters"]["worker_type"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Worker"];
                };
            };
            400: components["responses"]["Refused400"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    setWorker: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description What they do */
                worker_type: components["parameters"]["worker_type"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkerCount"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Worker"];
                };
            };
            400: components["responses"]["Refused400"];
            403: components["responses"]["Refused403"];
            408: components["responses"]["Refused408"];
            413: components["responses"]["Refused413"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        message: string;
                        /** @constant */
                        status: "healthy";
                    };
                };
            };
            400: components["responses"]["Refused400"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            400: components["responses"]["Refused400"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            /** @description Cannot be done now: try again */
            503: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    getInfo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Info"];
                };
            };
            400: components["responses"]["Refused400"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    getDocument: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names the request in the log */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            408: components["responses"]["Refused408"];
            431: components["responses"]["Refused431"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
}
